import Glibc
import Testing

@testable import envgate

/// What whoever waits is told, by a hand-driven clock.
@Suite struct WaitProgressTests {
  private final class Told {
    var drawn: [String] = []
    var noted: [String] = []
    var width = 80

    func outlet(isTerminal: Bool) -> WaitProgress.Outlet {
      let draw: ((String) -> Void)? = isTerminal ? { self.drawn.append($0) } : nil
      return WaitProgress.Outlet(
        draw: draw, note: { self.noted.append($0) }, width: { self.width })
    }
  }

  private static let start: Int64 = 1_769_862_896_789

  private static func subject(_ waits: String = "for user:bob to approve") -> WaitProgress.Subject {
    WaitProgress.Subject(
      name: "request 42", waits: waits, since: start - 180_000, expires: start + 86_100_000)
  }

  @Test func `on a terminal one line says who is asked, since when, and what expires when`() {
    let told = Told()
    let progress = WaitProgress(told.outlet(isTerminal: true))
    progress.show(Self.subject(), now: Self.start)
    #expect(told.drawn == ["request 42 waits for user:bob to approve · 3m · expires in 24h"])
    progress.end()
    #expect(told.drawn.last == "", "nothing is left drawn")
    #expect(told.noted.isEmpty)
  }

  @Test func `it is drawn at once on a change, and no more than once a second without one`() {
    let told = Told()
    let progress = WaitProgress(told.outlet(isTerminal: true))
    for step in 0..<100 { progress.show(Self.subject(), now: Self.start + Int64(step) * 10) }
    #expect(told.drawn.count == 1)
    progress.show(Self.subject("for 2 of group:ops to approve"), now: Self.start + 991)
    #expect(told.drawn.count == 2 && told.drawn.last?.contains("group:ops") == true)
    for step in 0..<200 { progress.tick(now: Self.start + 991 + Int64(step) * 10) }
    #expect(told.drawn.count == 3)
  }

  @Test func `a job in the background draws nothing, and draws again once it is in front`() {
    let told = Told()
    var isForeground = false
    var outlet = told.outlet(isTerminal: true)
    outlet.isForeground = { isForeground }
    let progress = WaitProgress(outlet)
    progress.show(Self.subject(), now: Self.start)
    for second in 1..<59 { progress.tick(now: Self.start + Int64(second) * 1_000) }
    #expect(told.drawn.isEmpty && told.noted.count == 1)
    isForeground = true
    progress.tick(now: Self.start + 60_000)
    #expect(told.drawn.count == 1 && told.noted.count == 1)
    // What was drawn is not taken away from behind what is typed now.
    isForeground = false
    progress.note("request 42 is approved")
    progress.end()
    #expect(told.drawn.count == 1 && told.noted.count == 2)
  }

  @Test func `a file gets a line each ten minutes`() {
    let told = Told()
    var outlet = told.outlet(isTerminal: false)
    outlet.heartbeat = 600_000
    let progress = WaitProgress(outlet)
    progress.show(Self.subject(), now: Self.start)
    for second in 1...1_200 { progress.tick(now: Self.start + Int64(second) * 1_000) }
    #expect(told.noted.count == 3)
  }

  @Test func `a log gets one line on each change and one each minute`() {
    let told = Told()
    let progress = WaitProgress(told.outlet(isTerminal: false))
    progress.show(Self.subject(), now: Self.start)
    for second in 1..<180 { progress.tick(now: Self.start + Int64(second) * 1_000) }
    progress.show(Self.subject(), now: Self.start + 180_000)
    progress.show(Self.subject("for its gate"), now: Self.start + 181_000)
    progress.note("request 42 is approved")
    progress.end()
    #expect(
      told.noted == [
        "request 42 waits for user:bob to approve (expires in 24h)",
        "request 42 still waits for user:bob to approve (4m so far, expires in 24h)",
        "request 42 still waits for user:bob to approve (5m so far, expires in 24h)",
        "request 42 still waits for user:bob to approve (6m so far, expires in 24h)",
        "request 42 waits for its gate (expires in 24h)",
        "request 42 is approved",
      ])
    #expect(told.drawn.isEmpty)
  }

  @Test func `a clock that is set back neither floods nor silences it`() {
    let told = Told()
    let progress = WaitProgress(told.outlet(isTerminal: false))
    progress.show(Self.subject(), now: Self.start)
    for second in 1..<60 { progress.tick(now: Self.start - 3_600_000 + Int64(second) * 1_000) }
    #expect(told.noted.count == 2)
  }

  @Test func `a line of its own takes the place of what was drawn`() {
    let told = Told()
    let progress = WaitProgress(told.outlet(isTerminal: true))
    progress.show(Self.subject(), now: Self.start)
    progress.note("the daemon is back")
    #expect(told.drawn.last == "" && told.noted == ["the daemon is back"])
  }

  @Test(arguments: Array(4...90))
  func `the line fits whatever terminal there is, and leaves its last column free`(width: Int) {
    let told = Told()
    told.width = width
    let progress = WaitProgress(told.outlet(isTerminal: true))
    progress.show(
      Self.subject("for one of user:al\u{301}ice, group:測試 and user:bob to approve"),
      now: Self.start)
    let line = told.drawn[0]
    #expect(DisplayWidth.of(line) < width, "\(line)")
    #expect(line.hasPrefix("request 42".prefix(max(1, min(10, width - 5)))), "\(line)")
    #expect((line.hasSuffix("expires in 24h")) == (width >= 34), "\(line)")
  }

  @Test func `what could steer a terminal is shown, not obeyed`() {
    let told = Told()
    let progress = WaitProgress(told.outlet(isTerminal: true))
    progress.show(Self.subject("for user:\u{1B}[2J\r\u{202E}bob to approve"), now: Self.start)
    #expect(told.drawn[0].contains("user:\\u{1B}[2J\\u{D}\\u{202E}bob"))
  }

  @Test func `without UTF-8 the line is ASCII`() {
    #expect(
      LiveLine.fitted("wartet auf jörg", ["3m"], width: 80, charset: .ascii)
        == "wartet auf j\\u{F6}rg - 3m")
  }
}
