extension Gate {
  /// The gate in words, a line each: what a person must know before they trust this environment.
  public func explanation(of environment: String) -> [String] {
    var lines: [String] = []
    switch requesters {
    case .any: lines.append("Every account on this host may ask.")
    case .principals(let principals):
      lines.append("\(list(principals, "or")) may ask; nobody else.")
    }
    switch protection {
    case .unprotected:
      lines.append(
        allowsDirectReads
          ? "Nothing protects it: whoever may ask reads its secrets at once."
          : "Nothing protects it: whoever may ask gets a grant at once, and reads under it alone.")
    case .reviewers(let rules):
      lines.append("Before a secret of \(environment) leaves the vault:")
      for rule in rules {
        lines.append("  - \(rule.sentence) must approve that exact request.")
      }
      if rules.count > 1 {
        lines.append(
          "  Every line must be met, by \(rules.map(\.required).reduce(0, +)) different people together."
        )
      }
      lines.append(
        allowSelfReview
          ? "Self-review is allowed: the requester's own approval counts."
          : "Who asks cannot approve: the requester's own approval does not count.")
      if rules.contains(where: { $0.reviewers.contains { $0.uid == nil } }) {
        lines.append("Of a group only its existence was checked, not whether anybody is in it.")
      }
    }
    if exclusive {
      lines.append(
        "One grant at a time: jobs that wait have their turns in the order in which their requests were "
          + (isUnprotected ? "made." : "approved."))
    }
    if inOrder {
      lines.append("In order: once a request was activated, every older one is refused.")
    }
    if let maxReads {
      lines.append(
        "Under one grant each secret is read at most \(maxReads == 1 ? "once" : "\(maxReads) times")."
      )
    }
    lines.append(
      writers.isEmpty
        ? "Admins alone set its secrets."
        : "\(list(writers, "and")) may set its secrets and never its gate; so may admins.")
    if !writers.isEmpty, !isUnprotected { lines.append("Admins alone make a new name.") }
    if !allowedNames.isEmpty {
      let names = allowedNames.map(\.text).joined(separator: ", ")
      lines.append("Reserved names that are allowed here: \(names).")
    }
    lines.append(
      "A request waits up to \(duration(clocks.request)), an approval holds \(duration(clocks.approval)), "
        + "a grant is readable for \(duration(clocks.grant)).")
    if !isUnprotected {
      lines.append(
        "One admin can open this gate: an edit takes effect at once, a weaker gate with --allow-weaken; "
          + "approved requests then wait again, and all of it is on the record.")
    }
    return lines
  }
}

extension ReviewerRule {
  /// "user:alice", "one of user:alice and group:ops", "2 of …".
  public var sentence: String {
    if reviewers.count == 1, required == 1, reviewers[0].uid != nil { return reviewers[0].text }
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
