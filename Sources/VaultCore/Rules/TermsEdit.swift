/// What an edit changes of the values of a gate's rules, and nothing else of them.
public struct TermsEdit: Hashable, Sendable {
  /// The new values of the named rules, and what comes into lists. The rest has its default.
  package private(set) var values = GateTerms()
  /// What goes from lists.
  package private(set) var removed = GateTerms()
  /// The scalar rules that have a new value, by name.
  package private(set) var named: Set<String> = []

  /// An edit of nothing.
  public init() {}

  package init(values: GateTerms, removed: GateTerms, named: Set<String>) {
    self.values = values
    self.removed = removed
    self.named = named
  }

  /// The new value of a scalar rule; nil where it stays as it is.
  public subscript<Value>(path: WritableKeyPath<GateTerms, Value>) -> Value? {
    get {
      guard let name = Self.rule(at: path), named.contains(name) else { return nil }
      return values[keyPath: path]
    }
    set {
      guard let name = Self.rule(at: path) else { preconditionFailure("no scalar rule") }
      values[keyPath: path] = newValue ?? GateTerms()[keyPath: path]
      if newValue == nil { named.remove(name) } else { named.insert(name) }
    }
  }

  /// Edits a list: what comes in, and what goes.
  public mutating func edit<Entry>(
    _ path: WritableKeyPath<GateTerms, [Entry]>, add: [Entry] = [], remove: [Entry] = []
  ) {
    values[keyPath: path] = add
    removed[keyPath: path] = remove
  }

  /// The terms after this edit; ``Gate/check(people:)`` judges them.
  package func applied(to terms: GateTerms) throws(GateFault) -> GateTerms {
    var next = terms
    for rule in GateRule.all {
      if case .entries(let list) = rule.value {
        try list.edit(&next, add: values, remove: removed)
      } else if named.contains(rule.text) {
        rule.copy(from: values, to: &next)
      }
    }
    return next
  }

  /// The name of the scalar rule whose value is there.
  private static func rule(at path: AnyKeyPath) -> String? {
    GateRule.all.first { $0.path == path }?.text
  }
}
