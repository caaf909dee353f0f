import VaultCore
import VaultProtocol

extension StatusView {
  /// The daemon, and who the caller is to it, for a person.
  /// - Parameters:
  ///   - environments: those that the caller has a role in; nil where that is not known.
  ///   - overdue: secrets that should have got a new value by now.
  func lines(_ environments: [EnvironmentView]?, overdue: [String] = []) -> [String] {
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
    if recoveryKey == false { facts.add("keys", Self.noRecoveryKey) }
    if !overdue.isEmpty { facts.add("overdue", overdue.someInWords) }
    if let lastBackup {
      facts.add("backup", "of \(Timestamp.text(milliseconds: lastBackup))")
    } else if you.roles?.contains("admin") == true {
      facts.add("backup", "none yet")
    }
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

extension [String] {
  /// `production, staging`, of many the first: `a, b, c, d, e and 3 more`.
  var someInWords: String {
    let most = 5
    return prefix(most).joined(separator: ", ") + (count > most ? " and \(count - most) more" : "")
  }
}

extension [EnvironmentView] {
  /// `requester of production, staging`, by each role its environments; of many the first.
  var rolesInWords: [String] {
    ["requester", "reviewer", "writer", "bypasser"].compactMap { role in
      let names = filter { $0.roles.contains(role) }.map(\.name)
      if names.isEmpty { return nil }
      return "\(role) of \(names.someInWords)"
    }
  }
}
