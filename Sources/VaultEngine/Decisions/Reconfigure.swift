import VaultCore

extension VaultEngine {
  /// What of a list of principals one record names, in bytes, so that a record fits the shortest line.
  private static let longestList = 1_024

  /// Takes another configuration over: every command behind this one is decided by it, and none where
  /// the batch does not commit.
  func reconfigure(_ configuration: EngineConfiguration, at now: Moment) -> Pending {
    let credentials = self.configuration.credentials
    if configuration.people != self.configuration.people { backlog.people = 0 }
    self.configuration = configuration
    trail.append(
      AuditRecord(
        at: now, event: .configurationReloaded,
        details: [
          .init("admins", Self.list(configuration.standing.admins)),
          .init("auditors", Self.list(configuration.standing.auditors)),
          .init("people", Self.list(configuration.people)),
        ] + Self.changed(credentials, configuration.credentials)))
    return .ready(.done)
  }

  /// Their names, as many as fit, and how many more there are.
  static func list(_ principals: [Principal]) -> String { list(principals.map(\.text)) }

  /// The units whose credentials are others now.
  private static func changed(
    _ old: [UnitCredential: CredentialSource], _ new: [UnitCredential: CredentialSource]
  ) -> [AuditRecord.Detail] {
    let units = Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.map(\.unit.text)
    return units.isEmpty ? [] : [.init("units", list(Set(units).sorted()))]
  }

  private static func list(_ people: People) -> String {
    list(people.entries.map { "\($0.name)=\($0.uids.map(String.init).joined(separator: ","))" })
  }

  private static func list(_ texts: [String]) -> String {
    var text = ""
    for (index, one) in texts.enumerated() {
      let next = (text.isEmpty ? "" : " ") + one
      if text.utf8.count + next.utf8.count > longestList {
        return text + " and \(texts.count - index) more"
      }
      text += next
    }
    return text.isEmpty ? "nobody" : text
  }
}
