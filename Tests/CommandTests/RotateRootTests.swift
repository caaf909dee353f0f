import Glibc
import Promises
import Testing

/// A new root key, from `envgated rotate-root` to the end of the old one; and a root key that moves to systemd.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct RotateRootTests {
  private func rotate(_ daemon: TestDaemon, _ arguments: [String] = []) throws -> Finished {
    try Programs.run(
      [Programs.path("envgated"), "rotate-root", "--config", daemon.configurationPath] + arguments)
  }

  private func furnished() throws -> TestDaemon {
    let daemon = try TestDaemon()
    try daemon.must([
      "environment", "create", "development", "--requester", "uid:\(geteuid())", "--unprotected",
    ])
    try daemon.must(["secret", "set", "A", "-e", "development"], input: "v")
    return daemon
  }

  @Test(.promise(.rootKeyIsForgotten))
  func
    `no-echo: neither root key stays in the daemon, and at each step the key in its place opens all`()
    throws
  {
    let daemon = try furnished()
    let path = daemon.folder + "/root.key"
    let early = try daemon.envgate(["key", "rotate", "--root"])
    #expect(early.code == 77 && early.stderr.contains("envgated rotate-root"), "\(early.stderr)")
    let made = try rotate(daemon)
    #expect(made.code == 0 && made.text == "", "\(made)")
    var found = stat()
    #expect(stat(path + ".next", &found) == 0 && found.st_mode & 0o7777 == 0o600)
    let again = try rotate(daemon)
    #expect(again.code == 78 && again.stderr.contains("it was not changed"), "\(again.stderr)")
    let (old, next) = (try readFile(path), try readFile(path + ".next"))
    #expect(next.count == 32 && next != old)

    daemon.stop()
    let unready = try rotate(daemon, ["--finish"])
    #expect(unready.code == 78 && unready.stderr.contains("nothing was changed"), "\(unready)")
    #expect(try readFile(path) == old)
    try daemon.start()
    let started = try daemon.must(["key", "rotate", "--root"])
    #expect(started.contains("generation 2 is next"), "\(started)")
    #expect(try daemon.must(["key", "status", "--json"]).contains(#""state":"ready""#))
    #expect(try daemon.must(["secret", "get", "A", "-e", "development"]) == "v")
    let pid = try #require(daemon.process?.pid)
    for (key, name) in [(old, "the root key"), (next, "the next one")] {
      #expect(try MemorySearch.holds(key, in: getpid()))
      #expect(try MemorySearch.holds(key, in: pid) == false, "\(name)")
    }
    let running = try rotate(daemon, ["--finish"])
    #expect(running.code == 69, "the daemon runs: \(running.stderr)")

    // Killed after the old key was kept, and before the new one was in its place.
    daemon.stop()
    try #require(link(path, path + ".old") == 0)
    let finished = try rotate(daemon, ["--finish"])
    #expect(finished.code == 0 && finished.text == "", "\(finished)")
    #expect(try readFile(path) == next && readFile(path + ".old") == old)
    #expect(access(path + ".next", F_OK) != 0)
    let done = try rotate(daemon, ["--finish"])
    #expect(done.code == 0 && done.stderr.contains("in its place already"), "\(done.stderr)")
    try daemon.start()
    #expect(try daemon.must(["secret", "get", "A", "-e", "development"]) == "v")
    try daemon.must([
      "environment", "create", "later", "--requester", "uid:\(geteuid())", "--unprotected",
    ])
    let records = try daemon.must(["audit", "list", "--json"])
    #expect(records.contains("root_key.rotated") && records.contains("root_key.replaced"))
    #expect(try daemon.envgate(["audit", "verify"]).code == 0)

    daemon.stop()
    try #require(rename(path, path + ".kept") == 0 && rename(path + ".old", path) == 0)
    let refused = try Programs.run([
      Programs.path("envgated"), "--config", daemon.configurationPath,
    ])
    #expect(refused.code == 65 && refused.stderr.contains("replaced by a newer one"), "\(refused)")
    withExtendedLifetime((old, next)) {}
  }

  @Test
  func
    `after a leak, --all replaces the root key and each environment's, and says what it does not`()
    throws
  {
    let daemon = try furnished()
    #expect(try rotate(daemon).code == 0)
    let done = try daemon.envgate(["key", "rotate", "--all", "--json"])
    #expect(done.code == 0, "\(done.stderr)")
    #expect(done.text.contains(#"[{"environment":null,"generation":2"#), "\(done.text)")
    #expect(done.text.contains(#"{"environment":"development","generation":2"#), "\(done.text)")
    #expect(done.stderr.contains("replace each secret where it was issued"), "\(done.stderr)")
    #expect(done.stderr.contains("the audit signing key"), "\(done.stderr)")
    #expect(try daemon.must(["secret", "get", "A", "-e", "development"]) == "v")
    #expect(try daemon.envgate(["key", "rotate", "--all", "--root"]).code == 64)
  }

  @Test func `the root key moves from its file to a credential of systemd and back`() throws {
    let daemon = try furnished()
    daemon.stop()
    let folder = daemon.folder + "/credentials"
    try #require(mkdir(folder, 0o700) == 0)
    let text = String(decoding: try readFile(daemon.configurationPath), as: UTF8.self)
    let moved = text.replacing(
      "{ \"file\": \"\(daemon.folder)/root.key\" }",
      with: "{ \"credential\": \"envgate.root-key\" }")
    try #require(moved != text)
    unlink(daemon.configurationPath)
    try write(moved, daemon.configurationPath)
    let none = try Programs.run([Programs.path("envgated"), "--config", daemon.configurationPath])
    #expect(none.code == 78 && none.stderr.contains("LoadCredential="), "\(none)")
    let wrapper = ["/usr/bin/env", "CREDENTIALS_DIRECTORY=" + folder]
    let key = folder + "/envgate.root-key"
    try #require(
      try Programs.run([
        "/bin/sh", "-c", "umask 077; head -c 32 /dev/zero | tr '\\0' x > \(key)",
      ]).code == 0)
    let wrong = try Programs.run(
      wrapper + [Programs.path("envgated"), "--config", daemon.configurationPath])
    #expect(wrong.code == 65 && wrong.stderr.contains("belongs to another vault"), "\(wrong)")
    try #require(rename(daemon.folder + "/root.key", key) == 0)
    try daemon.start(under: wrapper)
    #expect(try daemon.must(["secret", "get", "A", "-e", "development"]) == "v")
    let early = try daemon.envgate(["key", "rotate", "--root"])
    #expect(early.code == 77 && early.stderr.contains("envgate.root-key.next"), "\(early.stderr)")
    let passed = try rotate(daemon)
    #expect(passed.code == 78 && passed.stderr.contains("the credential"), "\(passed)")
    daemon.stop()
    try #require(rename(key, daemon.folder + "/root.key") == 0)
    unlink(daemon.configurationPath)
    try write(text, daemon.configurationPath)
    try daemon.start()
    #expect(try daemon.must(["secret", "get", "A", "-e", "development"]) == "v")
  }
}
