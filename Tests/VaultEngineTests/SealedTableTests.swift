import Promises
import Testing
import VaultCore
import VaultCrypto
import VaultStore

@testable import VaultEngine

/// What holds for every deciding table, whatever its values are.
@Suite struct SealedTableTests {
  /// A vault with rows of each table, and one of each.
  private func furnished() throws -> (vault: Fixture, rows: [SealedRow]) {
    let vault = try Fixture()
    try vault.furnish()
    try vault.setVariable("production", "REGION", "north")
    _ = try vault.approvedRequest(by: vault.caller(Fixture.runner))
    var rows: [DecidingTable: SealedRow] = [:]
    try vault.engine.store.forEachLiveRow { row in
      rows[row.table] = row
      return true
    }
    #expect(rows.count == DecidingTable.allCases.count)
    return (vault, DecidingTable.allCases.compactMap { rows[$0] })
  }

  private func verify(_ row: SealedRow, _ rows: SealedRows) throws {
    switch row.table {
    case .environment: _ = try rows.environments.verify(row)
    case .secret: _ = try rows.secrets.verify(row)
    case .variable: _ = try rows.variables.verify(row)
    case .version: _ = try rows.versions.verify(row)
    case .request: _ = try rows.requests.verify(row)
    }
  }

  /// The same columns but for the one at a place.
  private func edited(_ columns: [ColumnValue], at place: Int) -> [ColumnValue] {
    var columns = columns
    columns[place] =
      switch columns[place] {
      case .integer(let value): .integer(value + 1)
      case .text(let value): .text(value + "X")
      case .bytes(let value): .bytes(value + [0])
      case .live(let value): .live(!value)
      }
    return columns
  }

  @Test(.promise(.editedColumn))
  func `gate-is-sealed: a row of any table verifies as it was written, and with no other part`()
    throws
  {
    let (vault, all) = try furnished()
    let rows = vault.engine.rows
    for row in all {
      try verify(row, rows)
      func refused(
        _ columns: [ColumnValue]? = nil, revision: Int64? = nil, content: [UInt8]? = nil,
        seal: [UInt8]? = nil, table: DecidingTable? = nil, _ what: String
      ) {
        let edited = SealedRow(
          table ?? row.table, columns ?? row.columns, revision: revision ?? row.revision,
          content: content ?? row.content, seal: seal ?? row.seal)
        #expect(throws: Tampering.self, "\(row.table): \(what)") { try verify(edited, rows) }
      }
      for place in row.columns.indices { refused(edited(row.columns, at: place), "\(place)") }
      refused(revision: row.revision + 1, "revision")
      refused(content: row.content + [0], "content")
      refused(seal: row.seal.reversed(), "seal")
      refused(seal: [], "no seal")
      for other in DecidingTable.allCases where other != row.table {
        refused(table: other, "table")
      }
    }
  }

  @Test
  func `gate-is-sealed: a row whose columns contradict its content is none, though it is sealed`()
    throws
  {
    let (vault, all) = try furnished()
    let rows = vault.engine.rows
    /// A row that only who has the key can make.
    func sealed(
      _ table: DecidingTable, _ columns: [ColumnValue], _ revision: Int64, _ content: [UInt8]
    ) throws -> SealedRow {
      let seal = try rows.seals.seal(table, columns, revision: revision, content: content).seal
      return SealedRow(
        table, columns, revision: revision, content: content, seal: seal.bytes)
    }
    for row in all {
      try verify(sealed(row.table, row.columns, row.revision, row.content), rows)
      for place in row.columns.indices {
        let columns = edited(row.columns, at: place)
        #expect(throws: Tampering.self, "\(row.table): \(place)") {
          try verify(sealed(row.table, columns, row.revision, row.content), rows)
        }
      }
      #expect(throws: Tampering.self, "\(row.table)") {
        try verify(sealed(row.table, row.columns, row.revision + 1, row.content), rows)
      }
      #expect(throws: Tampering.self, "\(row.table)") {
        try verify(sealed(row.table, row.columns, row.revision, row.content + [0]), rows)
      }
    }
    // A variable and a secret have the same columns; whose row it is goes by the table that is asked.
    let variable = try #require(all.first { $0.table == .variable })
    #expect(throws: Tampering.self) { _ = try rows.secrets.verify(variable) }
  }

  @Test
  func `gate-is-sealed: a table whose rows may end admits none until it is told which are live`()
    throws
  {
    let (vault, all) = try furnished()
    let seals = vault.engine.rows.seals
    let request = try #require(all.first { $0.table == .request })
    #expect(throws: Tampering.self) {
      try SealedTable<AccessRequest>(seals).value(of: request)
    }
    let environment = try #require(all.first { $0.table == .environment })
    #expect(try SealedTable<Environment>(seals).value(of: environment).id == 2)
  }

  @Test func `a row's log name is its table and its key, and nothing of its content`() throws {
    let (_, all) = try furnished()
    #expect(
      all.map { "\(Tampering($0))" } == [
        "environment 2 does not verify", "secret 2/AZURE_CREDENTIALS does not verify",
        "variable 2/REGION does not verify", "version 2/AZURE_CREDENTIALS/1 does not verify",
        "request 1 does not verify",
      ])
  }

  /// How many entries the caches of a value hold, by the member that each is in.
  private func cached(_ rows: SealedRows) -> [String: Int] {
    func entries(_ value: Any) -> Int {
      let mirror = Mirror(reflecting: value)
      if mirror.displayStyle == .dictionary { return mirror.children.count }
      return mirror.children.filter { $0.label != "seals" }.reduce(0) { $0 + entries($1.value) }
    }
    var found: [String: Int] = [:]
    for member in Mirror(reflecting: rows).children where member.label != "store" {
      if let label = member.label, label != "seals" { found[label] = entries(member.value) }
    }
    return found
  }

  @Test func `no cache keeps what a failed commit has dropped, whatever tables there will be`()
    throws
  {
    let (vault, all) = try furnished()
    let rows = vault.engine.rows
    #expect(cached(rows).count > DecidingTable.allCases.count)
    let (number, production) = (Int64(2), try EnvironmentName("production"))
    _ = try rows.environment(named: production)
    for secret in try rows.secrets(number, after: nil, limit: 9) {
      _ = try rows.state(number, secret.name, 1)
      _ = try rows.version(number, secret.name, 1)
    }
    for row in all where row.table == .request { _ = try rows.requests.value(of: row) }
    #expect(cached(rows).values.count { $0 > 0 } == 6, "\(cached(rows))")
    rows.forget()
    #expect(cached(rows).values.allSatisfy { $0 == 0 }, "\(cached(rows))")
  }

  @Test func `what is verified stays within its budget, and a full cache is dropped whole`() {
    func leaf(_ value: Int) -> Verified<Int> { Verified(value, nil) }
    var cache = VerifiedCache<Int, Int>(CacheBudget(entries: 3, bytes: 100)) { $0 }
    for key in 1...3 { cache.keep(leaf(10), at: key) }
    #expect((1...3).allSatisfy { cache[$0] != nil })
    cache.keep(leaf(10), at: 4)
    #expect((1...4).filter { cache[$0] != nil } == [4])
    cache.keep(leaf(80), at: 5)
    #expect(cache[4] != nil)
    cache.keep(leaf(11), at: 6)
    #expect((4...6).filter { cache[$0] != nil } == [6])
    // What is dropped or written over gives its bytes back.
    cache.keep(leaf(80), at: 7)
    cache.drop(7)
    cache.keep(leaf(40), at: 7)
    cache.keep(leaf(45), at: 7)
    cache.keep(leaf(44), at: 8)
    #expect((6...8).allSatisfy { cache[$0] != nil })
    // One that is too large for the budget alone is kept alone.
    cache.keep(leaf(500), at: 9)
    #expect((7...9).filter { cache[$0] != nil } == [9])
    var none = VerifiedCache<Int, Int>(.none) { $0 }
    none.keep(leaf(0), at: 1)
    #expect(none[1] == nil)
  }
}
