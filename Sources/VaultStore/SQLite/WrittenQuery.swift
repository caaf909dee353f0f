/// The statements that no table's shape makes: those of a transaction, those of what a vault has once, and
/// what is particular to one deciding table.
enum WrittenQuery: Int, CaseIterable {
  case begin, beginSnapshot, commit, rollback, dataVersion

  case environmentByName, environmentCount, secretCount, variableCount
  case versionUpdate, versionWithRecord, versionPageLike, versionCount, versionLength
  case requestUpdate, requestPageDown, requestPageDownOf
  case readerPut, readerPage, readerCount

  case headPut, head
  case metaInsert, meta
  case rootPut, roots, rootDelete
  case wrapPut, wrapsOf, wraps, wrapDelete, wrapsDelete, wrapsDeleteBefore, wrapPage
  case auditAppend, auditFrom, auditLast
  case signaturePut, signature

  static let count = allCases.count

  var sql: String {
    switch self {
    // IMMEDIATE takes the writer's lock at once, so that no statement inside can find it taken.
    case .begin: "BEGIN IMMEDIATE"
    case .beginSnapshot: "BEGIN DEFERRED"
    case .commit: "COMMIT"
    case .rollback: "ROLLBACK"
    case .dataVersion: "PRAGMA data_version"

    case .environmentByName: "\(DecidingTable.environment.shape.select) WHERE name = ?1"
    case .environmentCount: "SELECT count(*) FROM environment"
    case .secretCount: "SELECT count(*) FROM secret WHERE environment = ?1"
    case .variableCount: "SELECT count(*) FROM variable WHERE environment = ?1"
    case .versionUpdate:
      """
      UPDATE version SET fingerprint = ?4, revision = ?5, content = ?6, seal = ?7
      WHERE environment = ?1 AND name = ?2 AND version = ?3
      """
    case .versionWithRecord:
      """
      SELECT environment, name, version, fingerprint, revision, content, seal, record FROM version
      WHERE environment = ?1 AND name = ?2 AND version = ?3
      """
    case .versionPageLike:
      // Two ranges of the index, whose rows carry the primary key: with `<>` each version that the environment itself
      // has of this value would be read, with its ciphertext.
      """
      \(Self.version) WHERE fingerprint = ?1 AND environment < ?2 UNION ALL
      \(Self.version) WHERE fingerprint = ?1 AND environment > ?2 LIMIT ?3
      """
    case .versionCount:
      "SELECT count(*) FROM version WHERE environment = ?1 AND name = ?2 AND version > ?3"
    case .versionLength:
      "SELECT length(record) FROM version WHERE environment = ?1 AND name = ?2 AND version = ?3"
    // Most writes change no index: setting an indexed column, even to what it was, dirties one more
    // page of each index, and so makes each commit longer by a frame.
    case .requestUpdate:
      """
      UPDATE request SET revision = ?4, content = ?5, seal = ?6
      WHERE id = ?1 AND environment = ?2 AND live = ?3
      """
    case .requestPageDown: "\(Self.request) WHERE id < ?1 ORDER BY id DESC LIMIT ?2"
    case .requestPageDownOf:
      "\(Self.request) WHERE environment = ?3 AND id < ?1 ORDER BY id DESC LIMIT ?2"

    case .readerPut:
      """
      INSERT INTO reader(environment, name, version, subject, account, first, last, count)
      VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT(environment, name, version, subject)
      DO UPDATE SET account = coalesce(?5, account), last = ?7, count = count + ?8
      """
    case .readerPage:
      """
      SELECT subject, account, first, last, count FROM reader
      WHERE environment = ?1 AND name = ?2 AND version = ?3 ORDER BY last DESC, subject LIMIT ?4
      """
    case .readerCount:
      "SELECT count(*) FROM reader WHERE environment = ?1 AND name = ?2 AND version = ?3"

    case .headPut:
      """
      INSERT INTO head(id, content, seal) VALUES(1, ?1, ?2)
      ON CONFLICT(id) DO UPDATE SET content = ?1, seal = ?2
      """
    case .head: "SELECT content, seal FROM head WHERE id = 1"
    case .metaInsert: "INSERT INTO meta(id, vault, created) VALUES(1, ?1, ?2)"
    case .meta: "SELECT vault, created FROM meta WHERE id = 1"
    case .rootPut: "INSERT INTO root(generation, check_value, created) VALUES(?1, ?2, ?3)"
    case .roots: "SELECT generation, check_value, created FROM root ORDER BY generation"
    case .rootDelete: "DELETE FROM root WHERE generation = ?1"
    case .wrapPut:
      """
      INSERT INTO wrap(kind, id, generation, under, under_generation, room, record)
      VALUES(?1, ?2, ?3, ?4, ?5, zeroblob(\(Schema.room)), ?6)
      ON CONFLICT(kind, id, generation, under, under_generation) DO UPDATE SET record = ?6
      """
    case .wrapsOf: "\(Self.wrap) WHERE kind = ?1 AND id = ?2 AND generation = ?3 \(Self.inOrder)"
    case .wraps: "\(Self.wrap) \(Self.inOrder)"
    case .wrapPage:
      """
      \(Self.wrap) WHERE (kind, id, generation, under, under_generation) > (?1, ?2, ?3, ?4, ?5)
      \(Self.inOrder) LIMIT ?6
      """
    case .wrapDelete:
      """
      DELETE FROM wrap WHERE kind = ?1 AND id = ?2 AND generation = ?3 AND under = ?4
      AND under_generation = ?5
      """
    case .wrapsDelete: "DELETE FROM wrap WHERE kind = ?1 AND id = ?2"
    case .wrapsDeleteBefore: "DELETE FROM wrap WHERE kind = ?1 AND id = ?2 AND generation < ?3"
    case .auditAppend: "INSERT INTO audit(first, count, records) VALUES(?1, ?2, ?3)"
    // The row that holds a sequence is the last that begins at or before it.
    case .auditFrom:
      """
      SELECT first, count, records FROM audit
      WHERE first >= coalesce((SELECT max(first) FROM audit WHERE first <= ?1), 0)
      ORDER BY first
      """
    case .auditLast: "SELECT first, count, records FROM audit ORDER BY first DESC LIMIT 1"
    case .signaturePut:
      """
      INSERT INTO signature(id, sequence, hash, time, signature) VALUES(1, ?1, ?2, ?3, ?4)
      ON CONFLICT(id) DO UPDATE SET sequence = ?1, hash = ?2, time = ?3, signature = ?4
      """
    case .signature: "SELECT sequence, hash, time, signature FROM signature WHERE id = 1"
    }
  }

  /// Writes a version and its ciphertext. One that is not bound is NULL: the ciphertext goes.
  static let versionPut = """
    INSERT INTO
    version(environment, name, version, fingerprint, revision, content, seal, room, record)
    VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, zeroblob(\(Schema.room)), ?8)
    ON CONFLICT(environment, name, version)
    DO UPDATE SET fingerprint = ?4, revision = ?5, content = ?6, seal = ?7, record = ?8
    """

  private static let wrap =
    "SELECT kind, id, generation, under, under_generation, record FROM wrap"
  private static let inOrder = "ORDER BY kind, id, generation, under, under_generation"
  private static var version: String { DecidingTable.version.shape.select }
  private static var request: String { DecidingTable.request.shape.select }
}
