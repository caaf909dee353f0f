import Testing

/// What the daemon must know of the host before it starts.
@Suite(.enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct BootTests {
  @Test func `envgated does not start without the id of this boot, by which grants end`() throws {
    let daemon = try TestDaemon()
    daemon.stop()
    let done = try Programs.run([
      "/usr/bin/unshare", "--mount", "/bin/sh", "-c",
      """
      mount --bind /dev/null /proc/sys/kernel/random/boot_id &&
        exec '\(try Programs.path("envgated"))' --config '\(daemon.configurationPath)'
      """,
    ])
    #expect(done.code == 69 && done.stderr.contains("boot_id"), "\(done.code) \(done.stderr)")
  }
}
