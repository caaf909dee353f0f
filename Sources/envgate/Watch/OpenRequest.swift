import VaultProtocol

/// One request on the screen, and what its reviewer is about to say.
///
/// Invariants: an answer carries the digest of what is shown here; it is approved only after its last row
/// has been on the screen; whatever of it changes, it is shown anew from the top, and what was begun is
/// forgotten.
struct OpenRequest: Hashable {
  /// What is answered.
  enum Answer: Hashable {
    case approve(comment: String)
    case reject(comment: String)

    /// `Approve`, `Reject`
    var word: String { if case .approve = self { "Approve" } else { "Reject" } }
  }

  /// How far an answer has come. Each step is drawn before the next key counts.
  enum Step: Hashable {
    case reading
    case commenting(String)
    /// A new name is typed; the other new ones are still to come.
    case naming(comment: String, left: [String], typed: String)
    case confirming(Answer)
    /// Another request makes the same claims: its own number is typed in place of a yes.
    case numbering(Answer, typed: String)
    case rejecting(String)
  }

  let key: WatchKey
  private(set) var text: ReviewText
  private(set) var top = 0
  private(set) var hasSeenEnd = false
  /// Whether the reviewer was shown that another request makes the same claims.
  private(set) var hasShownTwins: Bool
  var step = Step.reading
  /// The rows below its title, as they were last laid out.
  private(set) var rows: [ScreenRow] = []
  private var laidOut: LaidOut?

  /// What people wrote is laid out once for a width, however often it is drawn.
  private struct LaidOut: Hashable {
    let width: Int
    let charset: Charset
    let rows: [ScreenRow]
  }

  /// What the reviewer must know about what they see.
  var notice: String?

  init(key: WatchKey, text: ReviewText) {
    self.key = key
    self.text = text
    hasShownTwins = text.request.hasTwins
  }

  var request: RequestView { text.request }

  /// What is asked last, before it is answered.
  func lastStep(_ answer: Answer) -> Step {
    request.hasTwins ? .numbering(answer, typed: "") : .confirming(answer)
  }

  /// Shows other twins than before, or that its job has gone or come; none of that takes anything back of what was read
  /// and begun. Otherwise a job could keep a request from being answered, by making twins and taking them back.
  mutating func updateTwins(_ new: ReviewText) {
    text = new
    laidOut = nil
  }

  /// Shows it anew, from its first row.
  mutating func replace(_ new: ReviewText, notice: String?) {
    text = new
    hasShownTwins = hasShownTwins || new.request.hasTwins
    laidOut = nil
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

  /// Lays it out for a screen, and remembers what has been seen there.
  /// - Parameter page: how many rows are seen at once.
  mutating func fit(width: Int, page: Int, now: Int64, charset: Charset) {
    let written: LaidOut
    if let laidOut, laidOut.width == width, laidOut.charset == charset {
      written = laidOut
    } else {
      written = LaidOut(
        width: width, charset: charset, rows: text.written(width: width, charset: charset))
    }
    laidOut = written
    rows = text.facts(width: width, now: now, charset: charset) + written.rows
    top = min(top, max(0, rows.count - page))
    if top + page >= rows.count { hasSeenEnd = true }
  }
}
