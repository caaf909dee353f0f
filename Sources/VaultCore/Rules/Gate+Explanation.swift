extension Gate {
  /// The gate in words, a line each: what a person must know before they trust this environment.
  public func explanation(of environment: String) -> [String] {
    var lines: [String] = []
    switch requesters {
    case .any: lines.append("Every account on this host may request its secrets.")
    case .principals(let principals):
      lines.append("Only \(list(principals, "and")) may request its secrets.")
    }
    switch protection {
    case .unprotected:
      lines.append(
        allowsDirectReads
          ? "It is not protected: a requester reads its secrets at once."
          : "It is not protected: a requester gets a grant at once, and can read only under that grant."
      )
    case .reviewers(let rules):
      lines.append("Before \(environment) releases a secret:")
      for rule in rules {
        lines.append("  - \(rule.sentence) must approve that exact request.")
      }
      if rules.count > 1 {
        lines.append(
          "  Every line must be met. Together that takes \(rules.map(\.required).reduce(0, +)) different people."
        )
      }
      lines.append(
        allowSelfReview
          ? "Self-review is allowed: the requester's own approval counts."
          : "Self-review is not allowed: the requester's own approval does not count.")
      if rules.contains(where: { $0.reviewers.contains { $0.uid == nil } }) {
        lines.append("envgate has checked that each group exists, but not that it has members.")
      }
    }
    if exclusive {
      lines.append(
        "One grant at a time: waiting jobs take turns in the order in which their requests were "
          + (isUnprotected ? "made." : "approved."))
    }
    if inOrder {
      lines.append("In order: after a request is activated, every older request is refused.")
    }
    if let maxReads {
      lines.append(
        "Under one grant each secret can be read at most \(maxReads == 1 ? "once" : "\(maxReads) times")."
      )
    }
    lines.append(
      writers.isEmpty
        ? "Only admins may set its secrets."
        : "\(writers.map(\.text).joined(separator: ", ")) and admins may set its secrets. Only admins may edit its gate."
    )
    if !writers.isEmpty, !isUnprotected { lines.append("Only admins may create a new name.") }
    if !allowedNames.isEmpty {
      let names = allowedNames.map(\.text).joined(separator: ", ")
      lines.append("Reserved names allowed here: \(names).")
    }
    lines.append(
      "A request waits at most \(duration(clocks.request)). An approval is valid for \(duration(clocks.approval)). "
        + "A grant can be read for \(duration(clocks.grant)).")
    if !isUnprotected {
      lines.append(
        "One admin alone can change this gate: an edit takes effect at once, and weakening it needs only --allow-weaken. "
          + "After an edit, approved requests wait again. The audit record shows every edit.")
    }
    return lines
  }
}

extension ReviewerRule {
  /// "user:alice", "one of user:alice and group:ops", "both user:alice and user:bob", "2 of …".
  public var sentence: String {
    if reviewers.count == 1, required == 1, reviewers[0].uid != nil { return reviewers[0].text }
    if required == reviewers.count, reviewers.allSatisfy({ $0.uid != nil }) {
      return (required == 2 ? "both " : "all of ") + list(reviewers, "and")
    }
    let places = required == 1 ? "one" : "\(required)"
    return "\(places) of \(list(reviewers, "and"))"
  }
}

/// Milliseconds as people say them: `24h`, `90m`, `30s`.
public func duration(_ milliseconds: Int64) -> String {
  let seconds = milliseconds / 1_000
  if seconds >= 86_400 && seconds % 86_400 == 0 { return "\(seconds / 86_400)d" }
  if seconds >= 3_600 && seconds % 3_600 == 0 { return "\(seconds / 3_600)h" }
  if seconds >= 60 && seconds % 60 == 0 { return "\(seconds / 60)m" }
  return "\(seconds)s"
}

func list(_ principals: [Principal], _ conjunction: String) -> String {
  let texts = principals.map(\.text)
  guard texts.count > 1, let last = texts.last else { return texts.first ?? "nobody" }
  return texts.dropLast().joined(separator: ", ") + " \(conjunction) " + last
}
