/// One line that is drawn again in its place, as wide as the terminal is at that moment.
enum LiveLine {
  /// Below this a beginning says nothing.
  private static let leastHead = 16

  /// The line: what it is about, cut where it must be, and behind it the facts that should not be.
  ///
  /// The last column stays free: some terminals begin a new line as soon as it is filled. Where even a
  /// short beginning does not fit, the first of the facts go first.
  static func fitted(
    _ head: String, _ facts: [String], width: Int, charset: Charset
  ) -> String {
    let room = max(1, width - 1)
    let mark = charset.ellipsis
    let between = charset == .utf8 ? " · " : " - "
    let head = charset.shown(head)
    var facts = facts.map(charset.shown)
    while true {
      let tail = facts.map { between + $0 }.joined()
      let left = room - DisplayWidth.of(tail)
      if left >= min(DisplayWidth.of(head), leastHead) {
        return DisplayWidth.cut(head, to: left, mark: mark) + tail
      }
      if facts.isEmpty { return DisplayWidth.cut(head, to: room, mark: room > 3 ? mark : "") }
      facts.removeFirst()
    }
  }

  /// What draws a line where one was, or none (ECMA-48 EL).
  static func drawn(_ line: String) -> String { "\r" + line + "\u{1B}[K" }
}
