/// One way in which an edit weakens a gate.
public enum Weakening: Hashable, Sendable {
  /// No review is needed any more.
  case unprotected
  /// Some rule that stood is not implied by the rules that stand now; its number in the old gate, from 1.
  case rule(Int)
  /// Somebody may ask who might not.
  case requesters([String])
  /// The value of a rule, by its name, with what it is now.
  case value(of: String, String)

  /// In words.
  public var sentence: String {
    switch self {
    case .unprotected: "no approval is required any more"
    case .rule(let rule): "rule \(rule) needs fewer approvals, or accepts other reviewers"
    case .requesters(let names): "\(names.joined(separator: ", ")) may request"
    case .value(_, let sentence): sentence
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
    weakenings(from: old, by: GateRule.all)
  }

  package func weakenings(from old: Gate, by rules: [GateRule]) -> [Weakening] {
    let protects = rules.contains { $0.protects && !$0.isDefault(old.terms) }
    if old.isUnprotected && !protects { return [] }
    var found: [Weakening] = []
    if !isUnprotected {
      found = weakerRules(than: old.rules)
    } else if !old.isUnprotected {
      found = [.unprotected]
    }
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
    for rule in rules {
      if let sentence = rule.weakening(from: old.terms, to: terms) {
        found.append(.value(of: rule.text, sentence))
      }
    }
    return found
  }

  /// Whoever satisfies these rules would have satisfied the old ones: each place of an old rule is filled
  /// by a place of a rule of now whose reviewers are all among the old one's. The people in those places
  /// are different ones, as the old gate demanded.
  private func weakerRules(than old: [ReviewerRule]) -> [Weakening] {
    let meets = self.rules.flatMap { rule in
      let implied = old.indices.filter { index in
        rule.reviewers.allSatisfy { old[index].reviewers.contains($0) }
      }
      return Array(repeating: implied, count: max(0, rule.required))
    }
    let matching = PlaceMatching(places: old.map(\.required), people: meets)
    return matching.missing.indices.filter { matching.missing[$0] > 0 }.map { .rule($0 + 1) }
  }
}
