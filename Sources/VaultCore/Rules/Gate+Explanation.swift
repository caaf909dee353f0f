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
      lines += said(.allowSelfReview)
      if rules.contains(where: { $0.reviewers.contains { $0.uid == nil } }) {
        lines.append("envgate has checked that each group exists, but not that it has members.")
      }
    }
    for rule in [GateRule.exclusive, .inOrder, .maxReads] { lines += said(rule) }
    lines.append(
      writers.isEmpty
        ? "Only admins may set its secrets."
        : "\(writers.map(\.text).joined(separator: ", ")) and admins may set its secrets. Only admins may edit its gate."
    )
    if !writers.isEmpty, !isUnprotected { lines.append("Only admins may create a new name.") }
    lines += said(.allowedNames)
    lines += said(.rotationPeriod)
    lines += said(.requestTTL, .approvalTTL, .grantTTL)
    if !isUnprotected {
      lines.append(
        "One admin alone can change this gate: an edit takes effect at once, and weakening it needs only --allow-weaken. "
          + "After an edit, approved requests wait again. The audit record shows every edit.")
    }
    return lines
  }

  /// What rules say on one line; nothing where they have nothing to say.
  private func said(_ rules: GateRule...) -> [String] {
    let sentences = rules.compactMap { $0.sentence(self) }
    return sentences.isEmpty ? [] : [sentences.joined(separator: " ")]
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
  let (count, unit) = wholeUnits(milliseconds)
  return "\(count)\(unit.prefix(1))"
}

/// Milliseconds in full: `30 days`, `1 second`.
func spelled(_ milliseconds: Int64) -> String {
  let (count, unit) = wholeUnits(milliseconds)
  return "\(count) \(unit)\(count == 1 ? "" : "s")"
}

private func wholeUnits(_ milliseconds: Int64) -> (count: Int64, unit: String) {
  let seconds = milliseconds / 1_000
  for (unit, size) in [("day", 86_400), ("hour", 3_600), ("minute", 60)] as [(String, Int64)]
  where seconds >= size && seconds % size == 0 { return (seconds / size, unit) }
  return (seconds, "second")
}

func list(_ principals: [Principal], _ conjunction: String) -> String {
  let texts = principals.map(\.text)
  guard texts.count > 1, let last = texts.last else { return texts.first ?? "nobody" }
  return texts.dropLast().joined(separator: ", ") + " \(conjunction) " + last
}
