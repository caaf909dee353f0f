import VaultClient
import VaultCore
import VaultProtocol

/// What a report is made of: what the vault said, at one time.
struct ReportFacts {
  let status: StatusView
  let environment: EnvironmentView
  /// The sentences of the gate, principals that are gone marked.
  let gate: [String]
  let ledger: ReportLedger
  /// The requests of which anything happened in the period, the newest first.
  let requests: [RequestView]
  let hasMoreRequests: Bool
  let secrets: [SecretView]
  let key: AuditKeyView
  let from: Int64
  let now: Int64

  /// How many requests a page has at most.
  static let mostRequests = 200
}

extension ReportFacts {
  /// Asks for all of it.
  /// - Parameter since: from when on; nil for the whole life of the environment.
  init(
    of name: EnvironmentName, since: Int64?, _ connection: Connection, isLocal: Bool,
    now: Int64 = WallClock.now
  ) throws {
    self.now = now
    status = try connection.call(.serverStatus, as: StatusView.self)
    let view = try connection.call(
      .environmentGet(EnvironmentPlace(name: name)), as: EnvironmentView.self)
    environment = view
    let gone = GonePrincipals(in: view, connection, isLocal: isLocal)
    gate = view.explanation.map(gone.marked) + (gone.advice(about: view.name).map { [$0] } ?? [])
    from = since ?? view.created
    var ledger = ReportLedger(from: from, to: now)
    let end = status.audit
    let filter = AuditFilter(environment: name, since: since)
    try connection.forEachPage(of: AuditRecordView.self) { after, limit in
      .auditList(AuditList(after: after ?? 0, through: end, filter: filter, limit: limit))
    } _: { page in
      for record in page.items { ledger.add(record) }
      return true
    }
    self.ledger = ledger
    let period = HistoryPeriod(since: since, until: nil)
    let list = try connection.list(
      of: RequestView.self, most: Self.mostRequests, where: period.includes(anyOf:)
    ) { after, limit in
      .requestList(
        RequestList(environment: name, since: period.oldest, after: after, limit: limit))
    }
    (requests, hasMoreRequests) = (list.items, list.hasMore)
    secrets = try connection.secrets(of: name).items.sorted { $0.updated < $1.updated }
    key = try connection.call(.auditKey, as: AuditKeyView.self)
  }
}
