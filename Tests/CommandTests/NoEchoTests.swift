import Glibc
import Promises
import Testing

/// `no-echo`: a second after its reply no value is left in the daemon's memory or files.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct NoEchoTests {
  @Test(.promise(.memoryIsZeroed))
  func `400 sets and releases leave no canary in memory or files, connections open`() throws {
    let daemon = try TestDaemon()
    try daemon.must([
      "environment", "create", "development", "--requester", "uid:\(geteuid())", "--unprotected",
    ])
    var canaries: [[UInt8]] = []
    var clients: [LineClient] = []
    for index in 0..<400 {
      if index % 40 == 0 { clients.append(try LineClient(daemon.socket)) }
      let client = clients[index / 40]
      let canary =
        "canary-\(index)-\(UInt64.random(in: 0 ... .max))-\(UInt64.random(in: 0 ... .max))z"
      canaries.append(Array(canary.utf8))
      let name = "S\(index % 90)"
      // From one line to the largest, as a string, with escapes and as base64.
      let filler = String(
        repeating: index % 3 == 0 ? "x" : "\\n", count: [0, 100, 9_000][index % 3])
      let set = try client.call(
        #"{"jsonrpc":"2.0","id":1,"method":"secret.set","params":{"environment":"development","name":"\#(name)","value":"\#(canary)\#(filler)"}}"#
      )
      #expect(set.contains("version"), "\(set)")
      let got = try client.call(
        #"{"jsonrpc":"2.0","id":2,"method":"secret.get","params":{"environment":"development","name":"\#(name)"}}"#
      )
      #expect(got.contains("\"result\""))
    }
    sleep(1)
    let pid = try #require(daemon.process?.pid)
    // The search finds what is there: this test's own memory holds every canary.
    #expect(try MemorySearch.count(canaries, in: getpid()) == canaries.count)
    let found = try MemorySearch.count(canaries, in: pid)
    // What was shorter as base64 went out like that.
    #expect(try MemorySearch.holds(Array("Y2FuYXJ5L".utf8), in: pid) == false)
    #expect(found == 0, "\(found) canaries in the daemon's memory")
    let files = try Programs.run([
      "/bin/sh", "-c", "grep -rc canary- \(daemon.folder) | grep -v ':0$' | wc -l",
    ])
    #expect(files.text.split(separator: "\n").first == "0", "canaries in files")
    withExtendedLifetime(clients) {}
  }
}

/// Searches every readable map of a process, as root with its memory file.
enum MemorySearch {
  /// Whether a process has these bytes anywhere in its memory.
  static func holds(_ needle: [UInt8], in pid: pid_t) throws -> Bool {
    var found = false
    try forEachMap(of: pid) { bytes in
      var from = 0
      guard let base = bytes.baseAddress else { return }
      while !found, from < bytes.count,
        let hit = memchr(base + from, Int32(needle[0]), bytes.count - from)
      {
        from = UnsafeRawPointer(hit) - base + 1
        found = from - 1 + needle.count <= bytes.count && memcmp(hit, needle, needle.count) == 0
      }
    }
    return found
  }

  /// How many of the canaries a process has in its memory.
  static func count(_ needles: [[UInt8]], in pid: pid_t) throws -> Int {
    // Each canary ends in a letter that no other part of it has, so that a hit is one canary.
    let wanted = Set(needles.map { String(decoding: $0, as: UTF8.self) })
    var found: Set<String> = []
    let prefix = Array("canary-".utf8)
    try forEachMap(of: pid) { bytes in
      var from = 0
      guard let base = bytes.baseAddress else { return }
      while from < bytes.count,
        let hit = memchr(base + from, Int32(prefix[0]), bytes.count - from)
      {
        let start = UnsafeRawPointer(hit) - base
        from = start + 1
        guard start + prefix.count <= bytes.count, memcmp(hit, prefix, prefix.count) == 0 else {
          continue
        }
        let window = bytes[start..<min(start + 80, bytes.count)]
        guard let end = window.firstIndex(of: 0x7A) else { continue }
        let candidate = String(decoding: window[...end], as: UTF8.self)
        if wanted.contains(candidate) { found.insert(candidate) }
      }
    }
    return found.count
  }

  private static func forEachMap(
    of pid: pid_t, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws {
    let maps = String(decoding: try readFile("/proc/\(pid)/maps"), as: UTF8.self)
    let memory = open("/proc/\(pid)/mem", O_RDONLY | O_CLOEXEC)
    guard memory >= 0 else { throw HarnessFault("cannot read the memory of \(pid)") }
    defer { close(memory) }
    var read = 0
    for line in maps.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 1, fields[1].hasPrefix("r"), !line.hasSuffix("[vvar]"),
        !line.hasSuffix("[vsyscall]")
      else { continue }
      let bounds = fields[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
      guard bounds.count == 2 else { continue }
      var chunk = [UInt8](repeating: 0, count: Int(bounds[1] - bounds[0]))
      let count = pread(memory, &chunk, chunk.count, off_t(truncatingIfNeeded: bounds[0]))
      // A guard page, or a map that went away; what the process itself cannot read holds no value.
      guard count > 0 else { continue }
      read += count
      chunk.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
    guard read > 1 << 20 else { throw HarnessFault("only \(read) bytes of memory could be read") }
  }
}
