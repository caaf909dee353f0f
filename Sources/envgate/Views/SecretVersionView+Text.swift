import VaultProtocol

extension SecretVersionView {
  /// Versions in a list, with who has read each.
  static func table(of versions: [SecretVersionView]) -> Table {
    let now = WallClock.now
    var table = Table(
      .whole("VERSION"), .whole("STATE"), .whole("SET"), "BY", .number("PINNED"), "READ BY")
    for version in versions {
      table.add(
        .init("\(version.version)\(version.isCurrent ? " (current)" : "")"),
        .init(version.state, version.state == "enabled" ? .plain : .bad),
        .init(time: version.created, now: now), .init("uid \(version.createdBy)"),
        .init(version.pinned == 0 ? "-" : "\(version.pinned)"), .init(version.readersInWords))
    }
    return table
  }

  private var readersInWords: String {
    if readers.isEmpty { return "-" }
    let named = readers.map {
      "\(AccountView(uid: $0.uid, account: $0.account).text) x\($0.count)"
    }
    return named.joined(separator: ", ") + (moreReaders > 0 ? " and \(moreReaders) more" : "")
  }
}
