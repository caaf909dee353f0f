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

  /// Environments in a list.
  static func table(of environments: [EnvironmentView]) -> Table {
    var table = Table(
      of: "environments", .name("NAME"), "PROTECTION", "REQUESTERS", "YOUR ROLES",
      .number("REVISION").as(.spare), .text("WRITERS").as(.spare), .text("GRANTS").as(.spare))
    for environment in environments {
      table.add(
        .init(environment.name), .init(environment.protection),
        .init(environment.requesters.joined(separator: ", ")),
        .init(environment.roles.isEmpty ? "-" : environment.roles.joined(separator: ", ")),
        .init("\(environment.revision)"),
        .init(environment.writers.isEmpty ? "-" : environment.writers.joined(separator: ", ")),
        .init(environment.grants))
    }
    return table
  }

  /// What shapes its grants, in a cell of a table.
  private var grants: String {
    let shapes =
      (exclusive ? [inOrder ? "one at a time, in order" : "one at a time"] : [])
      + (maxReads.map { ["\(Counted.text($0, "read")) a secret"] } ?? [])
    return shapes.isEmpty ? "-" : shapes.joined(separator: ", ")
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
