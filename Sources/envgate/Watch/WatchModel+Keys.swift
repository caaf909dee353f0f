import VaultCore
import VaultProtocol

/// What each key does. Nothing is approved or rejected from the list, and nothing by one key.
extension WatchModel {
  /// The longest comment that the vault takes of one review.
  private static let longestComment = 1_000

  /// Whether text is being typed.
  var takesText: Bool {
    switch open?.step {
    case .commenting, .naming, .numbering, .rejecting: true
    case .reading, .confirming, nil: false
    }
  }

  /// Takes in a key.
  /// - Parameter page: how many rows are seen at once.
  mutating func press(_ key: Key, page: Int) -> Wish? {
    guard let open else { return pressInList(key, page: page) }
    switch open.step {
    case .reading: return read(key, page: page)
    case .commenting(let comment): writeComment(key, comment)
    case .naming(let comment, let left, let typed): writeName(key, comment, left, typed)
    case .confirming(let answer): return confirm(key, open, answer)
    case .numbering(let answer, let typed): return writeNumber(key, open, answer, typed)
    case .rejecting(let comment): writeReason(key, comment)
    }
    return nil
  }

  private mutating func pressInList(_ key: Key, page: Int) -> Wish? {
    message = nil
    switch key {
    case .up, .character("k"): move(by: -1)
    case .down, .character("j"): move(by: 1)
    case .pageUp: move(by: -page)
    case .pageDown, .character(" "): move(by: page)
    case .home, .character("g"): move(by: -rows.count)
    case .end, .character("G"): move(by: rows.count)
    case .enter: return marked.map { .open($0) }
    case .character("q"): return .quit
    case .character("a"), .character("r"):
      message = "open a request first, with Enter"
    default: break
    }
    return nil
  }

  private mutating func read(_ key: Key, page: Int) -> Wish? {
    let isNoticed = open?.notice != nil
    message = nil
    switch key {
    case .up, .character("k"): open?.scroll(by: -1)
    case .down, .character("j"): open?.scroll(by: 1)
    case .pageUp, .character("b"): open?.scroll(by: -page)
    case .pageDown, .character(" "): open?.scroll(by: page)
    case .home, .character("g"): open?.scroll(by: .min)
    case .end, .character("G"): open?.scrollToEnd()
    case .escape, .backspace, .character("q"):
      open = nil
      forgetKeys()
    case .character("a"): begin(.commenting(""), wantsEnd: true)
    case .character("r"): begin(.rejecting(""), wantsEnd: false)
    default: return nil
    }
    // What was said of the request is taken as read with the first key behind it.
    if isNoticed, open?.step == .reading, open?.request.state == "waiting" { open?.notice = nil }
    return nil
  }

  private mutating func begin(_ step: OpenRequest.Step, wantsEnd: Bool) {
    guard let open, open.request.state == "waiting" else { return }
    if wantsEnd, !open.hasSeenEnd {
      message = "the request goes on below: read it to the end first (Space or End)"
      return
    }
    message = nil
    self.open?.notice = nil
    self.open?.step = step
    forgetKeys()
  }

  private mutating func writeComment(_ key: Key, _ comment: String) {
    switch key {
    case .escape: leaveStep()
    case .enter: approveNames(open?.request.newNames.map(\.name) ?? [], comment)
    default: open?.step = .commenting(Self.typed(key, comment))
    }
  }

  /// A new name is approved by typing it, each of them, before the whole is.
  private mutating func approveNames(_ left: [String], _ comment: String) {
    if open?.request.moreNewVariables ?? 0 > 0 {
      leaveStep()
      message = "the request has too many new names to type; use envgate approve --digest"
      return
    }
    let last = open?.lastStep(.approve(comment: comment)) ?? .reading
    open?.step = left.isEmpty ? last : .naming(comment: comment, left: left, typed: "")
    forgetKeys()
  }

  private mutating func writeName(
    _ key: Key, _ comment: String, _ left: [String], _ typed: String
  ) {
    switch key {
    case .escape: leaveStep()
    case .enter:
      if typed == left.first {
        approveNames(Array(left.dropFirst()), comment)
      } else {
        leaveStep()
        message = "the name does not match; nothing was approved"
      }
    default:
      open?.step = .naming(comment: comment, left: left, typed: Self.typed(key, typed))
    }
  }

  private mutating func writeNumber(
    _ key: Key, _ open: OpenRequest, _ answer: OpenRequest.Answer, _ typed: String
  ) -> Wish? {
    switch key {
    case .escape: leaveStep()
    case .enter:
      leaveStep()
      if typed == "\(open.key.id)" { return Self.wish(answer, open) }
      message = "the number does not match; nothing was answered"
    default: self.open?.step = .numbering(answer, typed: Self.typed(key, typed))
    }
    return nil
  }

  private mutating func confirm(
    _ key: Key, _ open: OpenRequest, _ answer: OpenRequest.Answer
  ) -> Wish? {
    leaveStep()
    return key == .character("y") ? Self.wish(answer, open) : nil
  }

  private static func wish(_ answer: OpenRequest.Answer, _ open: OpenRequest) -> Wish {
    switch answer {
    case .approve(let comment):
      .approve(open.key, digest: open.request.digest, comment: comment)
    case .reject(let comment): .reject(open.key, digest: open.request.digest, comment: comment)
    }
  }

  private mutating func writeReason(_ key: Key, _ comment: String) {
    switch key {
    case .escape: leaveStep()
    case .enter:
      if comment.allSatisfy({ $0 == " " }) {
        message = "give a reason: the requester reads it"
        return
      }
      message = nil
      if let last = open?.lastStep(.reject(comment: comment)) { open?.step = last }
      forgetKeys()
    default: open?.step = .rejecting(Self.typed(key, comment))
    }
  }

  private mutating func leaveStep() {
    open?.step = .reading
    message = nil
    forgetKeys()
  }

  private static func typed(_ key: Key, _ text: String) -> String {
    switch key {
    case .backspace: return String(text.dropLast())
    case .eraseLine: return ""
    case .character(let scalar):
      guard ForeignText.allows(scalar), text.unicodeScalars.count < longestComment else {
        return text
      }
      var text = text
      text.unicodeScalars.append(scalar)
      return text
    default: return text
    }
  }
}
