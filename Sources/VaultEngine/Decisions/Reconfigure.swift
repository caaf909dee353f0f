import VaultCore

extension VaultEngine {
  /// What of a list of principals one record names, in bytes, so that a record fits the shortest line.
  private static let longestList = 1_024

  /// Takes another configuration over: every command behind this one is decided by it, and none where
  /// the batch does not commit.
  func reconfigure(_ configuration: EngineConfiguration, at now: Moment) -> Pending {
    self.configuration = configuration
    trail.append(
      AuditRecord(
        at: now, event: .configurationReloaded,
        details: [
          .init("admins", Self.list(configuration.standing.admins)),
          .init("auditors", Self.list(configuration.standing.auditors)),
        ]))
    return .ready(.done)
  }

  /// Their names, as many as fit, and how many more there are.
  static func list(_ principals: [Principal]) -> String {
    var text = ""
    for (index, principal) in principals.enumerated() {
      let next = (text.isEmpty ? "" : " ") + principal.text
      if text.utf8.count + next.utf8.count > longestList {
        return text + " and \(principals.count - index) more"
      }
      text += next
    }
    return text.isEmpty ? "nobody" : text
  }
}
