import Glibc

/// What whoever waits is told meanwhile: on a terminal one line that is drawn anew in its place; in a log, and on the
/// terminal of others while this is a job in the background, a line for each change and one each minute, which is
/// what notices a lost reader; in a file, which has none, one each ten minutes.
///
/// Invariants: nothing is drawn more than once a second unless what is waited for has changed, and nothing by a job in
/// the background; every line of a log is whole; after ``end()`` no drawn line is left. What is not said through this
/// while a line is drawn would stand behind it.
final class WaitProgress {
  /// What is waited for: `request 42`, `for one of user:bob and group:ops to approve`.
  struct Subject: Hashable {
    let name: String
    let waits: String
    /// Since when, in milliseconds since the epoch.
    let since: Int64
    /// When the wait ends by itself; nil where it does not.
    var expires: Int64?
    /// What a log is told at first, where that is not the plain sentence.
    var opening: String?
  }

  /// Where it is said.
  struct Outlet {
    /// Draws the line in place of the one before, an empty one to take it away; nil in a log.
    let draw: ((String) -> Void)?
    /// Says something in a line of its own.
    let note: (String) -> Void
    /// Whether the terminal is ours at this moment.
    var isForeground: () -> Bool = { true }
    /// Milliseconds between two lines of a log about the same.
    var heartbeat: Int64 = 60_000
    /// The columns of the terminal at this moment.
    var width: () -> Int = { 80 }
    var charset = Charset.utf8

    static var standardError: Outlet {
      let draw: ((String) -> Void)? = Console.canDraw ? { Console.draw($0) } : nil
      return Outlet(
        draw: draw, note: { Console.note($0) }, isForeground: { Console.isForeground },
        heartbeat: Console.errorsGoToFile ? 600_000 : 60_000,
        width: { Screen.of(STDERR_FILENO).width ?? 80 },
        charset: Screen.of(STDERR_FILENO).charset)
    }
  }

  /// Milliseconds between two drawings of the same line.
  static let redraw: Int64 = 1_000

  private let outlet: Outlet
  private var subject: Subject?
  private var lastSaid: Int64 = 0
  private var isDrawn = false

  init(_ outlet: Outlet = .standardError) { self.outlet = outlet }

  deinit { end() }

  /// Something is waited for, or something else than before.
  func show(_ new: Subject, now: Int64) {
    guard new != subject else { return tick(now: now) }
    subject = new
    lastSaid = now
    if canDraw { draw(new, now: now) } else { outlet.note(Self.opening(new, now: now)) }
  }

  /// Time has passed.
  func tick(now: Int64) {
    guard let subject else { return }
    // A clock that was set back begins a new minute, too.
    let passed = now >= lastSaid ? now - lastSaid : .max
    let canDraw = canDraw
    guard passed >= (canDraw ? Self.redraw : outlet.heartbeat) else { return }
    lastSaid = now
    if canDraw {
      draw(subject, now: now)
    } else {
      outlet.note(Self.heartbeat(subject, now: now))
    }
  }

  /// Says something in a line of its own, in place of what was drawn.
  func note(_ sentence: String) {
    clear()
    outlet.note(sentence)
  }

  /// Nothing is waited for any more.
  func end() {
    clear()
    subject = nil
  }

  private var canDraw: Bool { outlet.draw != nil && outlet.isForeground() }

  private func clear() {
    if isDrawn, canDraw { outlet.draw?("") }
    isDrawn = false
  }

  private func draw(_ subject: Subject, now: Int64) {
    var facts = [TimeSpan.rough(seconds: (now - subject.since) / 1_000)]
    if let expires = subject.expires {
      facts.append("expires \(WallClock.ahead(expires, now: now))")
    }
    outlet.draw?(
      LiveLine.fitted(
        PlainText.shown("\(subject.name) waits \(subject.waits)"), facts, width: outlet.width(),
        charset: outlet.charset))
    isDrawn = true
  }

  private static func opening(_ subject: Subject, now: Int64) -> String {
    if let opening = subject.opening { return PlainText.shown(opening) }
    let end = subject.expires.map { " (expires \(WallClock.ahead($0, now: now)))" } ?? ""
    return PlainText.shown("\(subject.name) waits \(subject.waits)" + end)
  }

  private static func heartbeat(_ subject: Subject, now: Int64) -> String {
    let end = subject.expires.map { ", expires \(WallClock.ahead($0, now: now))" } ?? ""
    let since = TimeSpan.rough(seconds: (now - subject.since) / 1_000)
    return PlainText.shown(
      "\(subject.name) still waits \(subject.waits) (\(since) so far\(end))")
  }
}
