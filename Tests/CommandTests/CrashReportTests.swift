import Glibc
import Promises
import Testing

/// Swift's runtime can answer a crash with a helper that reads all memory.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct CrashReportTests {
  static let signals = [SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP]

  /// A helper where the runtime looks for one, beside the program's folder and by the environment, that
  /// leaves a mark when it is run.
  private struct Trap {
    let folder: String
    let mark: String
    let helper: String

    init() throws {
      var template = Array("/tmp/envgate-test-XXXXXX".utf8CString)
      guard mkdtemp(&template) != nil else { throw HarnessFault("no temporary folder") }
      folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      chmod(folder, 0o755)
      mark = folder + "/ran"
      helper = folder + "/usr/libexec/swift/linux/swift-backtrace"
      let made = try Programs.run([
        "/bin/sh", "-ec",
        """
        mkdir -p \(folder)/usr/bin \(folder)/usr/libexec/swift/linux
        printf '#!/bin/sh\\necho ran >\(mark)\\necho CRASHED >&2\\n' >\(helper)
        chmod 0755 \(helper)
        cp \(helper) \(folder)/usr/bin/swift-backtrace
        for name in envgate envgated; do cp \(try Programs.path("$name")) \(folder)/usr/bin/; done
        """,
      ])
      guard made.code == 0 else { throw HarnessFault(made.stderr) }
    }

    func program(_ name: String) -> String { folder + "/usr/bin/" + name }

    var environments: [[String: String]] {
      [
        ["SWIFT_BACKTRACE": "enable=yes"],
        ["SWIFT_BACKTRACE": "enable=yes,swift-backtrace=\(helper)"],
        ["SWIFT_BACKTRACE": "enable=yes", "SWIFT_ROOT": folder + "/usr"],
      ]
    }
  }

  private let mask = signals.reduce(UInt64(0)) { $0 | 1 << UInt64($1 - 1) }

  /// What a process catches, by the kernel's word.
  private func caught(_ pid: pid_t) throws -> UInt64 {
    let status = String(decoding: try readFile("/proc/\(pid)/status"), as: UTF8.self)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("SigCgt:") })
    return try #require(UInt64(line.dropFirst(7).drop { !$0.isHexDigit }, radix: 16))
  }

  @Test(.promise(.noCrashHelper))
  func `no crash of the daemon runs a helper, prints memory or leaves a core`() throws {
    let trap = try Trap()
    defer { removeTree(trap.folder) }
    let daemon = try TestDaemon(start: false)
    for (index, signal) in Self.signals.enumerated() {
      let process = try RunningProcess(
        [trap.program("envgated"), "--config", daemon.configurationPath],
        environment: trap.environments[index % trap.environments.count])
      _ = try process.readErrors(until: "listening")
      // Else a crash would go on in the runtime's own time.
      try #require(try caught(process.pid) & mask == 0)
      process.signal(signal)
      let done = process.finish()
      #expect(done.status & 0xFF == signal, "killed by it, without a core (wait(2))")
      // The log has a thread of its own: a line of it may come after the daemon said that it listens.
      let foreign = done.stderr.split(separator: "\n").filter {
        !($0.hasPrefix(#"{"time":"#) && $0.hasSuffix("}"))
      }
      #expect(foreign == [] && done.stdout == [])
      #expect(access(trap.mark, F_OK) != 0, "signal \(signal) ran the helper")
    }
  }

  @Test(.promise(.noCrashHelper))
  func `no crash of the client runs a helper, prints memory or leaves a core`() throws {
    let trap = try Trap()
    defer { removeTree(trap.folder) }
    let daemon = try TestDaemon()
    try daemon.must([
      "environment", "create", "production", "--requester", "uid:\(geteuid())", "--reviewer",
      "user:\(TestDaemon.bob.name)",
    ])
    try daemon.must(["secret", "set", "TOKEN", "-e", "production"], input: "value")
    for (index, signal) in Self.signals.enumerated() {
      let process = try RunningProcess(
        [
          trap.program("envgate"), "request", "create", "-e", "production", "--reason", "crash",
          "--wait",
        ],
        environment: trap.environments[index % trap.environments.count].merging([
          "ENVGATE_SOCKET": daemon.socket
        ]) { $1 })
      _ = try process.readErrors(until: "waits")
      try #require(try caught(process.pid) & mask == 0)
      process.signal(signal)
      let done = process.finish()
      #expect(done.status & 0xFF == signal, "killed by it, without a core (wait(2))")
      #expect(!done.stderr.contains("CRASHED") && !done.stderr.contains("***"), "\(done.stderr)")
      #expect(access(trap.mark, F_OK) != 0, "signal \(signal) ran the helper")
    }
  }
}
