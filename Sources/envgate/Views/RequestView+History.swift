import VaultProtocol

/// Who got what: a row for each request, and below them a row for each account that has read a secret.
enum HistoryTable {
  static func empty() -> Table {
    Table(
      .number("REQUEST"), .name("MADE"), "ENVIRONMENT", "REQUESTER", "SECRETS", "APPROVED BY",
      "RELEASED",
      .whole("END"))
  }
}

extension RequestView {
  /// The request as a row: what was asked for, by whose approval it was released, how it ended.
  func add(toHistory table: inout Table) {
    let approvers = reviews.filter { $0.decision == "approved" }
      .map { AccountView(uid: $0.uid, account: $0.account).text }
    table.add(
      .init("\(id)"), .init(WallClock.text(created)), .init(environment), .init(requester.text),
      .init(secrets.map { "\($0.name)@\($0.version)" }.joined(separator: " ")),
      .init(approvers.isEmpty ? "-" : approvers.joined(separator: ", ")),
      .init(grant?.released.map { WallClock.text($0) } ?? "-"),
      .init(outcome.map { "\(state) (\($0))" } ?? standing, Style.of(state: standing)))
  }
}

extension ReaderView {
  /// The account as a row, with its first and its last read; the vault counts those under a request too.
  func add(toHistory table: inout Table, of secret: String, in environment: String) {
    table.add(
      .init("-"), .init(WallClock.text(first)), .init(environment),
      .init(AccountView(uid: uid, account: account).text), .init("\(secret)@\(version)"),
      .init("-"),
      .init(WallClock.text(last)), .init("read \(count == 1 ? "once" : "\(count) times") in all"))
  }
}
