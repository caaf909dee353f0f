import Glibc
import Promises
import Testing

/// `watch` on a terminal of its own, against a real daemon: what is seen, what keys do, how it ends.
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct WatchTerminalTests {
  private static let bob = TestDaemon.bob.uid

  private static func watch(
    _ daemon: TestDaemon, columns: Int = 80, rows: Int = 24
  ) throws -> TerminalProcess {
    try TerminalProcess(
      [try Programs.path("envgate"), "watch"], columns: columns, rows: rows,
      environment: ["ENVGATE_SOCKET": daemon.socket], uid: bob)
  }

  private static func ask(_ daemon: TestDaemon, _ reason: String) throws {
    try daemon.must(
      ["request", "create", "-e", "production", "--reason", reason], as: TestDaemon.runner.uid)
  }

  private static func state(_ daemon: TestDaemon, _ id: Int) throws -> String {
    try daemon.must(["request", "show", "\(id)"]).split(separator: "\n").first.map(String.init)
      ?? ""
  }

  /// Nothing of the program is left on the terminal, and its settings are as they were.
  private static func expectWhole(
    _ terminal: TerminalProcess, _ before: termios, location: SourceLocation = #_sourceLocation
  ) {
    #expect(
      !terminal.screen.isAlternate && terminal.screen.isCursorVisible, sourceLocation: location)
    #expect(terminal.settings.c_lflag == before.c_lflag, sourceLocation: location)
    #expect(terminal.settings.c_iflag == before.c_iflag, sourceLocation: location)
    #expect(terminal.screen.unknown == [], sourceLocation: location)
  }

  @Test func `a reviewer sees a request come, opens it, reads it, and approves it there`() throws {
    let daemon = try JobLifeTests.stage()
    let watch = try Self.watch(daemon)
    let before = watch.first
    try watch.until("0 requests wait")
    try Self.ask(daemon, "deploy 4f2c")
    try watch.until("> 1        production   daemon (uid 1)")
    // On the list neither key does anything but say so.
    try watch.press("a", until: "open a request first")
    try watch.type("yr")
    #expect(try Self.state(daemon, 1).contains(": waiting"))
    try watch.press("\r", until: "│ reason  \"deploy 4f2c\"")
    try watch.until("  requester  daemon (uid 1)")
    try watch.press("a", until: "Approve 1: type a comment or nothing")
    try watch.press("tests green", until: "> tests green_")
    try watch.press("\r", until: "KEY is a new name: type it")
    try watch.press("KEY\r", until: "REGION is a new name: type it")
    try watch.press("REGION\r", until: "Approve 1 for production as shown?")
    #expect(try Self.state(daemon, 1).contains(": waiting"))
    try watch.press("y", until: "approved; request 1 is approved")
    try watch.until("0 requests wait")
    let shown = try daemon.must(["request", "show", "1"])
    #expect(shown.contains(": approved") && shown.contains("approved by backup (uid 34)"))
    #expect(shown.contains("\"tests green\""))
    #expect(try watch.press(toEnd: "q") == 0)
    Self.expectWhole(watch, before)
  }

  @Test(.promise(.threeSteps))
  func `keys that were typed ahead, or pasted, approve nothing`() throws {
    let daemon = try JobLifeTests.stage()
    try Self.ask(daemon, "x")
    let watch = try Self.watch(daemon)
    try watch.until("> 1 ")
    // All at once, as somebody who leans on the keyboard, and as a paste.
    try watch.press("\r a\ry\u{1B}[200~a\ry\u{1B}[201~", until: "requester  daemon")
    try watch.type("\u{1B}[200~a\ry\u{1B}[201~")
    try watch.press("\u{1B}", until: "1 request waits")
    #expect(try Self.state(daemon, 1).contains(": waiting"))
    try watch.press("\r", until: "requester  daemon")
    try watch.press("r", until: "for good: type the reason")
    try watch.press("not today\r", until: "Reject 1 for production, for good?")
    #expect(try Self.state(daemon, 1).contains(": waiting"))
    try watch.press("y", until: "request 1 is rejected")
    #expect(try daemon.must(["request", "show", "1"]).contains("\"not today\""))
  }

  @Test(.promise(.changedRequestIsShownAnew))
  func `a request that changes on the screen is shown anew, and its old digest approves nothing`()
    throws
  {
    let daemon = try JobLifeTests.stage()
    try Self.ask(daemon, "x")
    let watch = try Self.watch(daemon, rows: 40)
    try watch.until("> 1 ")
    try watch.press("\r", until: "│ REGION  \"west europe\"")
    try watch.press("a", until: "a comment or nothing")
    try watch.press("\r", until: "KEY is a new name: type it")
    try watch.press("KEY\r", until: "REGION is a new name: type it")
    try watch.press("REGION\r", until: "as shown?")
    // No event tells of a variable; the digest does.
    try daemon.must(["variable", "set", "REGION", "-e", "production", "--value", "evil"])
    try watch.press("y", until: "the request has changed; read it again")
    try watch.until("│ REGION  \"evil\"")
    #expect(try Self.state(daemon, 1).contains(": waiting"))
    try daemon.must(["request", "cancel", "1"])
    try watch.until("the request is cancelled; it needs no answer any more")
    try watch.type("a")
    try watch.press("q", until: "0 requests wait")
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
  func `every way out leaves the terminal as it was`(number: Int32) throws {
    let daemon = try JobLifeTests.stage()
    let watch = try Self.watch(daemon, columns: 40, rows: 10)
    let before = watch.first
    try watch.until("0 requests wait")
    #expect(watch.screen.isAlternate && watch.settings.c_lflag != before.c_lflag)
    if number == SIGINT { try watch.type("\u{3}") } else { watch.signal(number) }
    #expect(try watch.finish() & 0x7F == number)
    Self.expectWhole(watch, before)
  }

  @Test func `it can be stopped and goes on, and follows a daemon that is started anew`() throws {
    let daemon = try JobLifeTests.stage()
    let watch = try Self.watch(daemon)
    let before = watch.first
    try watch.until("0 requests wait")
    watch.signal(SIGTSTP)
    try watch.until("the screen is given back") { !$0.isAlternate && $0.isCursorVisible }
    #expect(eventually { watch.settings.c_lflag == before.c_lflag })
    watch.signal(SIGCONT)
    try watch.until("the screen is taken again") { $0.isAlternate && $0.shows("0 requests wait") }
    daemon.stop()
    try watch.until("trying again")
    try daemon.start()
    try Self.ask(daemon, "while it was away, or just after")
    try watch.until("> 1 ")
    #expect(try watch.press(toEnd: "q") == 0)
  }

  @Test func `without a daemon it says which, and takes no terminal`() throws {
    let daemon = try TestDaemon(start: false)
    let watch = try Self.watch(daemon)
    #expect(try watch.finish() == 69 << 8)
    #expect(watch.screen.shows("envgate: daemon.absent: no daemon"))
    #expect(!watch.raw.contains(0x1B))
  }
}
