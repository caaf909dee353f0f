import Glibc
import Promises
import Testing

/// The root key is needed once, at the start.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct RootKeyMemoryTests {
  @Test(.promise(.rootKeyIsForgotten))
  func `no-echo: the root key is gone from memory once the vault is open`() throws {
    let daemon = try TestDaemon()
    let key = try readFile(daemon.folder + "/root.key")
    #expect(key.count == 32)
    let pid = try #require(daemon.process?.pid)
    // The search finds what is there: this test read the key itself.
    #expect(try MemorySearch.holds(key, in: getpid()))
    #expect(try MemorySearch.holds(key, in: pid) == false, "after the start")
    try daemon.must([
      "environment", "create", "development", "--requester", "uid:\(geteuid())", "--unprotected",
    ])
    for index in 0..<20 {
      try daemon.must(["secret", "set", "S\(index)", "-e", "development"], input: "v")
    }
    daemon.process?.signal(SIGHUP)
    try daemon.must(["secret", "get", "S7", "-e", "development"])
    for needle in [key, Self.words(of: key)] {
      #expect(try MemorySearch.holds(needle, in: pid) == false, "after some use")
    }
    withExtendedLifetime(key) {}
  }

  /// The key as SHA-256 loads it: each word in the order of a little-endian machine.
  private static func words(of key: [UInt8]) -> [UInt8] {
    stride(from: 0, to: key.count, by: 4).flatMap { key[$0..<$0 + 4].reversed() }
  }

  @Test(.promise(.kernelRandomness))
  func `keys, salts, nonces and tickets are drawn from the kernel, and no others are`() throws {
    let daemon = try TestDaemon(start: false)
    let trace = daemon.folder + "/trace"
    let process = try RunningProcess([
      "/usr/bin/strace", "-f", "-e", "trace=getrandom", "-o", trace, Programs.path("envgated"),
      "--config", daemon.configurationPath,
    ])
    _ = try process.readErrors(until: "listening")
    let before = try Self.draws(trace)
    let secret = try #require(
      try Self.draws(trace, after: before.count) {
        try daemon.must([
          "environment", "create", "development", "--requester", "uid:\(geteuid())",
          "--unprotected",
        ])
        try daemon.must(["secret", "set", "A", "-e", "development"], input: "value")
      })
    // The environment's key, then a salt and a nonce for each of its two wraps and for the value.
    #expect(secret.sorted() == [12, 12, 12, 32, 32, 32, 32])
    // libcrypto's own generator would seed itself at its first use.
    #expect(before.filter { $0 > 16 } == [], "drawn before anything was sealed")
    let pid = try #require(Self.child(of: process.pid))
    kill(pid, SIGTERM)
    _ = process.finish()
  }

  /// How many bytes each call asked for, in order.
  private static func draws(_ trace: String) throws -> [Int] {
    String(decoding: try readFile(trace), as: UTF8.self).split(separator: "\n").compactMap { line in
      guard line.contains("getrandom("), let equals = line.lastIndex(of: "=") else { return nil }
      return Int(line[line.index(equals, offsetBy: 2)...].prefix { $0.isNumber })
    }
  }

  private static func draws(_ trace: String, after count: Int, _ body: () throws -> Void) throws
    -> [Int]?
  {
    try body()
    return Array(try draws(trace).dropFirst(count))
  }

  private static func child(of pid: pid_t) -> pid_t? {
    (try? readFile("/proc/\(pid)/task/\(pid)/children")).flatMap {
      pid_t(String(decoding: $0, as: UTF8.self).split(separator: " ").first ?? "")
    }
  }
}
