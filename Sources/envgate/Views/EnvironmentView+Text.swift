import VaultCore
import VaultProtocol

extension EnvironmentView {
  /// The environment for a person: its gate in words, and the caller's place in it.
  /// - Parameters:
  ///   - gone: those of its principals that are not who they were.
  ///   - host: the host whose environment it is, where one was named.
  func lines(_ gone: GonePrincipals = GonePrincipals(marks: [:]), host: String? = nil) -> [String] {
    var facts = Facts()
    facts.add("environment", RequestView.text(name, of: host))
    facts.add("revision", "\(revision)")
    facts.add("created", "\(WallClock.text(created)) by uid \(createdBy)")
    facts.add("your roles", roles.isEmpty ? "none" : roles.joined(separator: ", "))
    return facts.lines() + explanation.map { PlainText.shown(gone.marked($0)) }
      + (gone.advice(about: name).map { [PlainText.shown($0)] } ?? [])
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
      (terms.exclusive ? [terms.inOrder ? "one at a time, in order" : "one at a time"] : [])
      + (terms.maxReads.map { ["\(Counted.text(Int64($0), "read")) a secret"] } ?? [])
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
