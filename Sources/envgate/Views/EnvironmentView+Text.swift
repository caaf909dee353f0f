import VaultProtocol

extension EnvironmentView {
  /// The environment for a person: its gate in words, and the caller's place in it.
  func lines() -> [String] {
    var facts = Facts()
    facts.add("environment", name)
    facts.add("revision", "\(revision)")
    facts.add("created", "\(WallClock.text(created)) by uid \(createdBy)")
    facts.add("your roles", roles.isEmpty ? "none" : roles.joined(separator: ", "))
    return facts.lines() + explanation.map(PlainText.shown)
  }

  /// What protects it, in a cell of a table.
  var protection: String {
    if unprotected { return "unprotected" }
    return rules.map { rule in
      rule.reviewers.count == 1 && rule.required == 1
        ? rule.reviewers[0]
        : "\(rule.required) of \(rule.reviewers.joined(separator: ", "))"
    }.joined(separator: "; ")
  }
}
