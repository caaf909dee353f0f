import VaultProtocol

/// One request on the screen, and what its reviewer is about to say.
///
/// Invariants: an answer carries the digest of what is shown here; it is approved only after its last row
/// has been on the screen; whatever of it changes, it is shown anew from the top, and what was begun is
/// forgotten.
struct OpenRequest: Hashable {
  /// How far an answer has come. Each step is drawn before the next key counts.
  enum Step: Hashable {
    case reading
    case commenting(String)
    case confirming(comment: String)
    case rejecting(String)
  }

  let key: WatchKey
  private(set) var text: ReviewText
  private(set) var top = 0
  private(set) var hasSeenEnd = false
  var step = Step.reading
  /// What the reviewer must know about what they see.
  var notice: String?

  init(key: WatchKey, text: ReviewText) {
    self.key = key
    self.text = text
  }

  var request: RequestView { text.request }

  /// Shows it anew, from its first row.
  mutating func replace(_ new: ReviewText, notice: String?) {
    text = new
    top = 0
    hasSeenEnd = false
    step = .reading
    self.notice = notice
  }

  /// Moves what is seen by so many rows.
  mutating func scroll(by rows: Int) {
    let (sum, overflow) = top.addingReportingOverflow(rows)
    top = overflow ? .max : max(0, sum)
  }

  mutating func scrollToEnd() { top = .max }

  /// Fits it to a screen, and remembers what has been seen there.
  /// - Parameters:
  ///   - count: how many rows there are.
  ///   - page: how many of them are seen at once.
  mutating func fit(_ count: Int, page: Int) {
    top = min(top, max(0, count - page))
    if top + page >= count { hasSeenEnd = true }
  }
}
