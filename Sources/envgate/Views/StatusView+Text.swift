import VaultCore
import VaultProtocol

extension StatusView {
  /// The daemon, and who the caller is to it, for a person.
  /// - Parameter environments: those that the caller has a role in; nil where that is not known.
  func lines(_ environments: [EnvironmentView]?) -> [String] {
    var facts = Facts()
    facts.add("state", state)
    facts.add("version", "\(version) (protocol \(protocolVersion))")
    facts.add("vault", vault)
    facts.add("you", AccountView(uid: you.uid, account: you.account).text)
    facts.add("roles", each: [rolesInWords] + (environments.map { $0.rolesInWords } ?? []))
    if let confined = you.confined {
      facts.add("confined", "\(confined); your only possible role is requester")
    }
    facts.add("memory", memoryLocked ? "locked" : "not locked: secrets may be swapped to disk")
    facts.add("audit", "\(audit) records")
    facts.add("storage", storageInWords)
    for warning in warnings { facts.add("warning", "\(warning.reason): \(warning.text)") }
    return facts.lines()
  }

  private var storageInWords: String {
    guard let trouble = StorageTrouble(rawValue: storage) else { return storage }
    return "\(storage): \(trouble.sentence)"
  }

  var rolesInWords: String {
    guard let roles = you.roles else { return "unknown: the account database does not answer" }
    return roles.isEmpty ? "none in the configuration" : roles.joined(separator: ", ")
  }
}

extension [EnvironmentView] {
  /// `requester of production, staging`, by each role its environments; of many the first.
  var rolesInWords: [String] {
    let most = 5
    return ["requester", "reviewer", "writer", "bypasser"].compactMap { role in
      let names = filter { $0.roles.contains(role) }.map(\.name)
      if names.isEmpty { return nil }
      return "\(role) of " + names.prefix(most).joined(separator: ", ")
        + (names.count > most ? " and \(names.count - most) more" : "")
    }
  }
}
