/// One way in which an edit weakens a gate.
public enum Weakening: Hashable, Sendable {
  /// No review is needed any more.
  case unprotected
  /// Some rule that stood is not implied by the rules that stand now; its number in the old gate, from 1.
  case rule(Int)
  /// Somebody may ask who might not.
  case requesters([String])
  /// The requester's own approval counts.
  case selfReview
  /// Several grants may be active at once.
  case exclusive
  /// An older request may be activated after a newer one.
  case inOrder
  /// Secrets may be read more often under one grant.
  case maxReads
  /// A clock runs longer, by its name on the wire.
  case clock(String)
  /// Reserved names may be made.
  case allowedNames([String])

  /// In words.
  public var sentence: String {
    switch self {
    case .unprotected: "no approval is required any more"
    case .rule(let rule): "rule \(rule) needs fewer approvals, or accepts other reviewers"
    case .requesters(let names): "\(names.joined(separator: ", ")) may request"
    case .selfReview: "the requester's own approval counts"
    case .exclusive: "several grants may be active at once"
    case .inOrder: "a request may be activated after a newer one"
    case .maxReads: "each secret can be read more often under one grant"
    case .clock(let name): "\(name) is longer"
    case .allowedNames(let names):
      names.count == 1
        ? "the reserved name \(names.joined()) is allowed"
        : "the reserved names \(names.joined(separator: ", ")) are allowed"
    }
  }
}

extension Gate {
  /// In which ways this gate is weaker than the one that it replaces: the one judgement, whatever command
  /// an edit came by.
  ///
  /// Sound, not complete: what cannot be shown to be as strict counts as weaker. A gate that protected
  /// nothing cannot be weakened. Writers are not asked about: they set values, which every admin may, and
  /// read none.
  public func weakenings(from old: Gate) -> [Weakening] {
    if old.isUnprotected { return [] }
    var found: [Weakening] = isUnprotected ? [.unprotected] : []
    if !isUnprotected { found += weakerRules(than: old.rules) }
    switch (old.requesters, requesters) {
    case (.any, .any): break
    case (.any, .principals(let now)):
      // "any" leaves out whom the account database does not know; a number asks no database, and what
      // comes through a job socket is no account.
      let bare = now.filter {
        switch $0 {
        case .uid, .socket: true
        case .user, .group, .gid: false
        }
      }
      if !bare.isEmpty { found.append(.requesters(bare.map(\.text))) }
    case (.principals, .any): found.append(.requesters(["every account"]))
    case (.principals(let before), .principals(let now)):
      let new = now.filter { !before.contains($0) }
      if !new.isEmpty { found.append(.requesters(new.map(\.text))) }
    }
    if allowSelfReview && !old.allowSelfReview { found.append(.selfReview) }
    if old.exclusive && !exclusive { found.append(.exclusive) }
    if old.inOrder && !inOrder { found.append(.inOrder) }
    if let before = old.maxReads, maxReads.map({ $0 > before }) ?? true { found.append(.maxReads) }
    if clocks.request > old.clocks.request { found.append(.clock("request_ttl")) }
    if clocks.approval > old.clocks.approval { found.append(.clock("approval_ttl")) }
    if clocks.grant > old.clocks.grant { found.append(.clock("grant_ttl")) }
    let allowed = allowedNames.filter { !old.allowedNames.contains($0) }
    if !allowed.isEmpty { found.append(.allowedNames(allowed.map(\.text))) }
    return found
  }

  /// Whoever satisfies these rules would have satisfied the old ones: each place of an old rule is filled
  /// by a place of a rule of now whose reviewers are all among the old one's. The people in those places
  /// are different ones, as the old gate demanded.
  private func weakerRules(than old: [ReviewerRule]) -> [Weakening] {
    let meets = rules.flatMap { rule in
      let implied = old.indices.filter { index in
        rule.reviewers.allSatisfy { old[index].reviewers.contains($0) }
      }
      return Array(repeating: implied, count: max(0, rule.required))
    }
    let matching = PlaceMatching(places: old.map(\.required), people: meets)
    return matching.missing.indices.filter { matching.missing[$0] > 0 }.map { .rule($0 + 1) }
  }
}
