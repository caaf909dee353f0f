import VaultProtocol

extension SecretView {
  /// Secrets in a list, with what may be done with the current version.
  static func table(of secrets: [SecretView]) -> Table {
    var table = Table("NAME", "VERSION", "STATE", "UPDATED", "BY")
    for secret in secrets {
      table.add(
        .init(secret.name), .init("\(secret.version)"),
        .init(secret.state, secret.state == "enabled" ? .plain : .bad),
        .init(WallClock.text(secret.updated)), .init("uid \(secret.updatedBy)"))
    }
    return table
  }
}
