import VaultProtocol

/// Who got what: a row for each request, and below them a row for each account that has read a secret.
enum HistoryTable {
  /// - Parameter isOfOne: whether an environment was named, so that a person need not read it in each row.
  static func empty(isOfOne: Bool) -> Table {
    Table(
      of: "requests", .number("REQUEST"), .whole("MADE"),
      .text("ENVIRONMENT").as(isOfOne ? .implied : .usual), .name("REQUESTER"), "SECRETS",
      .name("APPROVED BY"), .whole("RELEASED"), .whole("END"))
  }
}

extension RequestView {
  /// The request as a row: what was asked for, by whose approval it was released, how it ended.
  /// - Parameter now: milliseconds since the epoch.
  func add(toHistory table: inout Table, now: Int64) {
    if isPartial {
      // Another job's of the account: who got what is for its own job and for reviewers.
      let blank = Table.Cell("-")
      table.add(
        .init("\(id)"), blank, .init(environment), .init(requester.text), blank, blank, blank,
        .init(state, Style.of(state: state)))
      return
    }
    let approvers = reviews.filter { $0.decision == "approved" && !$0.isStale }
      .map { AccountView(uid: $0.uid, account: $0.account).text }
    table.add(
      .init("\(id)"), .init(time: created, now: now), .init(environment), .init(requester.text),
      .init(secrets.map { "\($0.name)@\($0.version)" }.joined(separator: " ")),
      .init(approvers.isEmpty ? "-" : approvers.joined(separator: ", ")),
      grant?.released.map { .init(time: $0, now: now) } ?? .init("-"),
      .init(
        outcome ?? standing, plain: outcome.map { "\(state) (\($0))" } ?? standing,
        Style.of(state: standing)))
  }
}

extension ReaderView {
  /// The account as a row, with its first and its last read; the vault counts those under a request too.
  func add(
    toHistory table: inout Table, of secret: String, in environment: String, now: Int64
  ) {
    let times = count == 1 ? "once" : "\(count) times"
    table.add(
      .init("-"), .init(time: first, now: now), .init(environment),
      .init(AccountView(uid: uid, account: account).text), .init("\(secret)@\(version)"),
      .init("-"), .init(time: last, now: now),
      .init("read \(times)", plain: "read \(times) in all"))
  }
}
