import CSQLite
import Promises
import Testing
import VaultCore
import VaultEngine
import VaultStore

/// `gate-is-sealed`: whoever can only write the database can only break it.
@Suite struct SealedStateTests {
  /// Every column of every deciding table, with an edit that keeps the column's type.
  static let edits: [(table: String, column: String, edit: String)] = [
    ("environment", "id", "id + 100"), ("environment", "name", "name || 'x'"),
    ("environment", "revision", "revision + 1"), ("environment", "content", Self.flip("content")),
    ("environment", "seal", Self.flip("seal")),
    ("secret", "environment", "environment + 10"), ("secret", "name", "name || '_X'"),
    ("secret", "revision", "revision + 1"), ("secret", "content", Self.flip("content")),
    ("secret", "seal", Self.flip("seal")),
    ("version", "environment", "environment + 10"), ("version", "name", "name || '_X'"),
    ("version", "version", "version + 1"), ("version", "revision", "revision + 1"),
    ("version", "fingerprint", Self.flip("fingerprint")),
    ("version", "content", Self.flip("content")), ("version", "seal", Self.flip("seal")),
    ("variable", "environment", "environment + 10"), ("variable", "name", "name || '_X'"),
    ("variable", "revision", "revision + 1"), ("variable", "content", Self.flip("content")),
    ("variable", "seal", Self.flip("seal")),
    ("request", "id", "id + 100"), ("request", "environment", "3 - environment"),
    ("request", "live", "1 - live"), ("request", "revision", "revision + 1"),
    ("request", "content", Self.flip("content")), ("request", "seal", Self.flip("seal")),
    ("head", "content", Self.flip("content")), ("head", "seal", Self.flip("seal")),
    ("meta", "vault", Self.flip("vault")), ("root", "check_value", Self.flip("check_value")),
    ("root", "generation", "generation + 1"),
  ]

  /// SQL that flips one bit of the last byte of a blob.
  static func flip(_ column: String) -> String {
    """
    CAST(substr(\(column), 1, length(\(column)) - 1) || \
    CASE WHEN substr(\(column), -1) = x'00' THEN x'01' ELSE x'00' END AS BLOB)
    """
  }

  private func furnished() throws -> Fixture {
    let vault = try Fixture()
    try vault.furnish()
    try vault.setVariable("production", "REGION", "north")
    _ = try vault.approvedRequest(by: vault.caller(Fixture.runner))
    return vault
  }

  @Test(.promise(.editedColumn), arguments: edits)
  func `gate-is-sealed: an edited column is refused at the next start and nothing is released`(
    table: String, column: String, edit: String
  ) throws {
    let vault = try furnished()
    vault.engine.close()
    try SQLiteShell.run(
      vault.database, "PRAGMA foreign_keys=OFF; UPDATE \(table) SET \(column) = \(edit)")
    #expect(throws: EngineFault.self) { try vault.restart() }
  }

  @Test(.promise(.changedSetOfRows))
  func `gate-is-sealed: a swapped, deleted, added or set back row is refused at the next start`()
    throws
  {
    for attack in [
      "DELETE FROM request", "DELETE FROM secret WHERE environment = 2",
      "DELETE FROM environment WHERE id = 2",
      "DELETE FROM version WHERE environment = 1", "DELETE FROM variable",
      "DELETE FROM head", "DELETE FROM audit",
      "DELETE FROM audit WHERE first = (SELECT max(first) FROM audit)",
      "UPDATE audit SET count = count + 1", "DELETE FROM meta",
      """
      UPDATE environment SET name = name || '_' ; UPDATE environment SET name =
      CASE id WHEN 1 THEN 'production' ELSE 'development' END
      """,
      """
      UPDATE environment SET content = (SELECT content FROM environment WHERE id = 1),
      seal = (SELECT seal FROM environment WHERE id = 1) WHERE id = 2
      """,
      """
      INSERT INTO secret SELECT 1, 'COPY', revision, content, seal FROM secret WHERE environment = 2
      """,
      "INSERT INTO variable SELECT 1, name, revision, content, seal FROM variable",
    ] {
      let vault = try furnished()
      vault.engine.close()
      try SQLiteShell.run(vault.database, "PRAGMA foreign_keys=OFF; " + attack)
      #expect(throws: EngineFault.self, "\(attack)") { try vault.restart() }
    }
  }

  @Test(.promise(.changedSetOfRows))
  func
    `gate-is-sealed: an older row under its own older seal is refused: a closed request does not come back`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (request, _) = try vault.approvedRequest(by: maker)
    try SQLiteShell.run(
      vault.database,
      "ATTACH '\(vault.directory)/copy' AS c; CREATE TABLE c.request AS SELECT * FROM request")
    try vault.restart()
    #expect(vault.run(maker, .tick).refusal == nil)
    let ticketless = vault.run(maker, .activate(request: request.id, ticket: nil))
    #expect(ticketless.refusal == .ticketRequired(id: request.id))
    vault.advance(9 * 3_600_000)
    _ = vault.run(maker, .tick)
    #expect(vault.run(maker, .getRequest(request.id)).state == "expired")
    vault.engine.close()
    try SQLiteShell.run(
      vault.database,
      "ATTACH '\(vault.directory)/copy' AS c; REPLACE INTO main.request SELECT * FROM c.request")
    #expect(throws: EngineFault.self) { try vault.restart() }
  }

  @Test(.promise(.editWhileRunning))
  func `an edit while the daemon runs closes the vault at the next batch`() throws {
    let vault = try furnished()
    let runner = vault.caller(Fixture.runner)
    #expect(vault.run(runner, try vault.getAction("development")).released != nil)
    try SQLiteShell.run(
      vault.database,
      "UPDATE environment SET content = (SELECT content FROM environment WHERE id = 1) WHERE id = 2"
    )
    #expect(
      vault.run(runner, try vault.getAction("development")).refusal == .storageTampered)
    #expect(
      vault.run(runner, try vault.getAction("development")).refusal == .storageTampered)
  }

  @Test(.promise(.contradictingIndex))
  func `an index that contradicts its table brings no ended request back`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (request, ticket) = try vault.approvedRequest(by: maker)
    _ = vault.run(maker, .activate(request: request.id, ticket: nil))
    let attach = "ATTACH '\(vault.directory)/copy' AS c; "
    try SQLiteShell.run(
      vault.database, attach + "CREATE TABLE c.request AS SELECT * FROM request")
    _ = vault.run(maker, .closeGrant(request: request.id, ticket: nil, outcome: .success))
    vault.engine.close()
    // The row comes back into the table, while the index still says that the request has ended.
    let indices = "FROM main.sqlite_schema WHERE type = 'index' AND tbl_name = 'request'"
    try SQLiteShell.run(
      vault.database,
      attach + "CREATE TABLE c.kept AS SELECT * \(indices); PRAGMA writable_schema=ON; "
        + "DELETE \(indices); PRAGMA writable_schema=RESET")
    try SQLiteShell.run(
      vault.database,
      attach + "REPLACE INTO main.request SELECT * FROM c.request; PRAGMA writable_schema=ON; "
        + "INSERT INTO main.sqlite_schema SELECT * FROM c.kept; PRAGMA writable_schema=RESET")
    do { try vault.restart() } catch { return }
    let thief = vault.caller(Fixture.runner)
    for action in [
      Action.readGrant(request: request.id, ticket: ticket, after: nil),
      .activate(request: request.id, ticket: ticket), .getRequest(request.id),
    ] {
      #expect(vault.run(thief, action).refusal == .storageTampered)
    }
  }

  @Test(.promise(.movedCiphertext))
  func `sealed-in-place: a ciphertext put in another's place while the daemon is down is refused`()
    throws
  {
    let vault = try furnished()
    vault.engine.close()
    try SQLiteShell.run(
      vault.database,
      "UPDATE version SET record = (SELECT record FROM version WHERE environment = 1) WHERE environment = 2"
    )
    // The record is no part of the live set; it is judged when it is read.
    try vault.restart()
    let maker = vault.caller(Fixture.runner)
    let (request, _) = try vault.approvedRequest(by: maker)
    _ = vault.run(maker, .activate(request: request.id, ticket: nil))
    #expect(
      vault.run(maker, .readGrant(request: request.id, ticket: nil, after: nil)).refusal
        == .storageTampered)
  }

  @Test func `a destroyed ciphertext that is put back opens nothing`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let id = try vault.environment("development").id
    let record = try #require(try vault.ciphertext(id, "AZURE_CREDENTIALS", 1))
    let hex = record.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    try vault.change("development", "AZURE_CREDENTIALS", 1, .destroyed)
    vault.engine.close()
    try SQLiteShell.run(
      vault.database, "UPDATE version SET record = x'\(hex)' WHERE environment = \(id)")
    try vault.restart()
    let runner = vault.caller(Fixture.runner)
    #expect(vault.run(runner, try vault.getAction("development")).refusal == .storageTampered)
    for state in [SecretVersion.State.enabled, .disabled] {
      #expect(
        try vault.change("development", "AZURE_CREDENTIALS", 1, state).refusal == .storageTampered)
    }
    #expect(
      try vault.rollback("development", "AZURE_CREDENTIALS", to: 1).refusal == .storageTampered)
  }

  @Test(.promise(.movedCiphertext))
  func `sealed-in-place: an environment's key put in another's place opens nothing`() throws {
    let vault = try furnished()
    vault.engine.close()
    try SQLiteShell.run(
      vault.database,
      """
      UPDATE wrap SET record = (SELECT record FROM wrap WHERE kind = 1 AND id = 1 AND under = 1)
      WHERE kind = 1 AND id = 2 AND under = 1
      """)
    do { try vault.restart() } catch { return }
    let maker = vault.caller(Fixture.runner)
    let (request, _) = try vault.approvedRequest(by: maker)
    _ = vault.run(maker, .activate(request: request.id, ticket: nil))
    #expect(
      vault.run(maker, .readGrant(request: request.id, ticket: nil, after: nil)).refusal
        == .storageTampered)
  }

  @Test(.promise(.wrongRootKey))
  func `a wrong root key is told before any record is touched`() throws {
    let vault = try furnished()
    vault.engine.close()
    do {
      try vault.restart(rootKey: [UInt8](repeating: 8, count: 32))
      Issue.record("a wrong root key opened the vault")
    } catch let fault as EngineFault {
      #expect(fault.description == EngineFault.wrongRootKey.description)
    }
  }
}

/// SQL from outside, as somebody with the sqlite3 shell would run it: no defensive mode, no seals.
enum SQLiteShell {
  static func run(_ path: String, _ sql: String) throws {
    var handle: OpaquePointer?
    defer { sqlite3_close(handle) }
    guard
      sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil) == SQLITE_OK
    else {
      throw Unexpected("cannot open \(path)")
    }
    var message: UnsafeMutablePointer<CChar>?
    if sqlite3_exec(handle, sql, nil, nil, &message) != SQLITE_OK {
      throw Unexpected("\(sql): \(message.map { String(cString: $0) } ?? "?")")
    }
  }
}
