import VaultProtocol

extension SecretView {
  /// Secrets in a list, with what may be done with the current version.
  static func table(of secrets: [SecretView]) -> Table {
    let now = WallClock.now
    var table = Table(
      of: "secrets", .name("NAME"), .number("VERSION"), .whole("STATE"), .whole("UPDATED"), "BY")
    for secret in secrets {
      table.add(
        .init(secret.name), .init(secret.version == 0 ? "-" : "\(secret.version)"),
        .init(
          secret.state + (secret.steers.map { ", reserved: controls \($0)" } ?? ""),
          secret.state == "enabled" && secret.steers == nil ? .plain : .bad),
        .init(time: secret.updated, now: now), .init("uid \(secret.updatedBy)"))
    }
    return table
  }
}
