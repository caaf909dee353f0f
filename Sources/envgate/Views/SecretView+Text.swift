import VaultProtocol

extension SecretView {
  /// Secrets in a list, with what may be done with the current version.
  /// - Parameter areOfAll: whether they are of several environments.
  static func table(
    of secrets: [SecretView], areOfAll: Bool = false, now: Int64 = WallClock.now
  ) -> Table {
    let columns: [Table.Column] = [
      .name("NAME"), .number("VERSION"), .whole("STATE"), .whole("UPDATED"), .whole("DUE"), "BY",
    ]
    var table = Table(of: "secrets", (areOfAll ? [.name("ENVIRONMENT")] : []) + columns)
    for secret in secrets {
      let place: [Table.Cell] = areOfAll ? [.init(secret.environment ?? "")] : []
      table.add(
        place + [
          .init(secret.name), .init(secret.version == 0 ? "-" : "\(secret.version)"),
          .init(
            secret.state + (secret.steers.map { ", reserved: controls \($0)" } ?? ""),
            secret.state == "enabled" && secret.steers == nil ? .plain : .bad),
          .init(time: secret.updated, now: now), secret.due(now: now),
          .init("uid \(secret.updatedBy)"),
        ])
    }
    return table
  }

  /// `in 12d`, `3d overdue`.
  private func due(now: Int64) -> Table.Cell {
    guard let due else { return .init("-") }
    let left = due - now
    let text = TimeSpan.rough(seconds: abs(left) / 1_000)
    return left > 0
      ? .init("in \(text)", plain: WallClock.text(due))
      : .init("\(text) overdue", plain: WallClock.text(due), .bad)
  }
}
