import Glibc
import Promises
import Testing

/// Whoever reads the daemon's log and stops.
@Suite(.serialized, .enabled(if: Programs.isThere, "needs ENVGATE_BIN"))
struct StuckLogTests {
  /// The bytes that a pipe of this size holds, written until it takes no more.
  private static func fill(_ descriptor: Int32) {
    let flags = fcntl(descriptor, F_GETFL)
    _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
    let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 4_096)
    while write(descriptor, bytes, bytes.count) > 0 {}
    while write(descriptor, bytes, 1) > 0 {}
    _ = fcntl(descriptor, F_SETFL, flags)
  }

  @Test(.promise(.stuckLog))
  func `a reader of the log that stops reading holds up neither the daemon nor its end`()
    throws
  {
    let daemon = try TestDaemon(start: false)
    let path = daemon.folder + "/stuck"
    try #require(mkfifo(path, 0o600) == 0)
    // Both ends, so that the daemon's write finds a reader, and that reader never reads.
    let pipe = open(path, O_RDWR | O_CLOEXEC)
    try #require(pipe >= 0)
    defer { close(pipe) }
    Self.fill(pipe)
    let process = try RunningProcess([
      "/bin/sh", "-c",
      "exec \(try Programs.path("envgated")) --config \(daemon.configurationPath) 2>\(path)",
    ])
    #expect(eventually { (try? daemon.envgate(["status"]).code) == 0 })
    // Each reload has lines of its own.
    for _ in 0..<20 { process.signal(SIGHUP) }
    #expect(try daemon.envgate(["status"]).code == 0)
    let begun = SuspendingClock().now
    process.signal(SIGTERM)
    let done = process.finish()
    #expect(done.code == 0, "\(done.code) \(done.stderr)")
    #expect(SuspendingClock().now - begun < .seconds(8))
  }
}
