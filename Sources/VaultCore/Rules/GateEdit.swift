/// What an edit changes of a gate, and nothing else of it.
///
/// Lists are edited by who is added and who is removed, never sent whole: whoever stands in one already
/// keeps the number that the name had then, so that an edit cannot turn a stale principal into whoever
/// has its name now.
public struct GateEdit: Hashable, Sendable {
  /// An edit of one list.
  public struct Members: Hashable, Sendable {
    /// Who comes in, resolved now.
    public var add: [Principal]
    /// Who goes, by what was typed when they came in.
    public var remove: [PrincipalName]

    /// Makes an edit; of nobody by default.
    public init(add: [Principal] = [], remove: [PrincipalName] = []) {
      self.add = add
      self.remove = remove
    }

    func applied(to list: [Principal], of what: String) throws(GateFault) -> [Principal] {
      var kept = list
      for name in remove {
        let before = kept.count
        kept.removeAll { $0.isNamed(name) }
        if kept.count == before { throw .notNamed(what, principal: name.text) }
      }
      return kept + add
    }

    var isEmpty: Bool { add.isEmpty && remove.isEmpty }
  }

  /// Replaces all rules, or says that there are none.
  public var protection: Gate.Protection?
  /// How many of the one rule's reviewers must approve.
  public var approvals: Int?
  /// The one rule's reviewers.
  public var reviewers = Members()
  /// Who may ask.
  public var requesters = Members()
  /// Lets every account ask, or ends that.
  public var anyRequester: Bool?
  /// Who sets secrets.
  public var writers = Members()
  /// The values of the other rules.
  public var terms = TermsEdit()

  /// An edit of nothing.
  public init() {}

  /// The gate after this edit; ``Gate/check(people:)`` judges it.
  public func applied(to gate: Gate) throws(GateFault) -> Gate {
    var next = gate
    if let protection { next.protection = protection }
    if approvals != nil || !reviewers.isEmpty {
      guard let rule = next.rules.first, next.rules.count == 1 else {
        throw .notOneRule(next.rules.count)
      }
      next.protection = .reviewers([
        ReviewerRule(
          reviewers: try reviewers.applied(to: rule.reviewers, of: "reviewers"),
          required: approvals ?? rule.required)
      ])
    }
    next.requesters = try editedRequesters(gate.requesters)
    next.writers = try writers.applied(to: gate.writers, of: "writers")
    next.terms = try terms.applied(to: gate.terms)
    // Without rules there is no review that could be one's own.
    if next.isUnprotected { next.allowSelfReview = false }
    return next
  }

  private func editedRequesters(_ present: Requesters) throws(GateFault) -> Requesters {
    if anyRequester == true { return .any }
    switch present {
    case .any:
      guard anyRequester == false else {
        // Naming somebody beside everybody would change nothing, and read as if it did.
        if let name = requesters.remove.first {
          throw .notNamed("requesters", principal: name.text)
        }
        if let added = requesters.add.first { throw .repeated(added.text) }
        return .any
      }
      return .principals(try requesters.applied(to: [], of: "requesters"))
    case .principals(let named):
      if anyRequester == false { throw .notNamed("requesters", principal: "any") }
      return .principals(try requesters.applied(to: named, of: "requesters"))
    }
  }
}

extension Gate {
  /// This gate without a principal, wherever it names it; nil where it does not.
  public func without(_ isGone: (Principal) -> Bool) -> Gate? {
    var next = self
    next.writers.removeAll(where: isGone)
    if case .principals(let named) = requesters {
      next.requesters = .principals(named.filter { !isGone($0) })
    }
    if case .reviewers(let rules) = protection {
      next.protection = .reviewers(
        rules.map { rule in
          ReviewerRule(reviewers: rule.reviewers.filter { !isGone($0) }, required: rule.required)
        })
    }
    return next == self ? nil : next
  }
}
