// Upserts, never INSERT OR REPLACE: a replace deletes the row first, which foreign keys refuse for
// an environment that has secrets. The columns of a select are in the order that SealedRow reads.

extension Query {
  var environmentSQL: String {
    let columns = "SELECT id, name, revision, content, seal FROM environment"
    return switch self {
    case .environmentPut:
      """
      INSERT INTO environment(id, name, revision, content, seal) VALUES(?1, ?2, ?3, ?4, ?5)
      ON CONFLICT(id) DO UPDATE SET name = ?2, revision = ?3, content = ?4, seal = ?5
      """
    case .environmentByID: "\(columns) WHERE id = ?1"
    case .environmentByName: "\(columns) WHERE name = ?1"
    case .environmentPage: "\(columns) WHERE id > ?1 ORDER BY id LIMIT ?2"
    case .environmentLive: "\(columns) ORDER BY id"
    case .environmentCount: "SELECT count(*) FROM environment"
    default: "DELETE FROM environment WHERE id = ?1"
    }
  }

  var secretSQL: String {
    let columns = "SELECT environment, name, revision, content, seal FROM secret"
    return switch self {
    case .secretPut:
      """
      INSERT INTO secret(environment, name, revision, content, seal) VALUES(?1, ?2, ?3, ?4, ?5)
      ON CONFLICT(environment, name) DO UPDATE SET revision = ?3, content = ?4, seal = ?5
      """
    case .secretByName: "\(columns) WHERE environment = ?1 AND name = ?2"
    case .secretPage: "\(columns) WHERE environment = ?1 AND name > ?2 ORDER BY name LIMIT ?3"
    case .secretCount: "SELECT count(*) FROM secret WHERE environment = ?1"
    case .secretLive: "\(columns) ORDER BY environment, name"
    default: "DELETE FROM secret WHERE environment = ?1 AND name = ?2"
    }
  }

  var variableSQL: String {
    let columns = "SELECT environment, name, revision, content, seal FROM variable"
    return switch self {
    case .variablePut:
      """
      INSERT INTO variable(environment, name, revision, content, seal) VALUES(?1, ?2, ?3, ?4, ?5)
      ON CONFLICT(environment, name) DO UPDATE SET revision = ?3, content = ?4, seal = ?5
      """
    case .variableByName: "\(columns) WHERE environment = ?1 AND name = ?2"
    case .variablePage: "\(columns) WHERE environment = ?1 AND name > ?2 ORDER BY name LIMIT ?3"
    case .variableCount: "SELECT count(*) FROM variable WHERE environment = ?1"
    case .variableLive: "\(columns) ORDER BY environment, name"
    default: "DELETE FROM variable WHERE environment = ?1 AND name = ?2"
    }
  }

  var versionSQL: String {
    let columns = "SELECT environment, name, version, fingerprint, revision, content, seal"
    return switch self {
    case .versionPut:
      """
      INSERT INTO
      version(environment, name, version, fingerprint, revision, content, seal, room, record)
      VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, zeroblob(\(Schema.room)), ?8)
      ON CONFLICT(environment, name, version)
      DO UPDATE SET fingerprint = ?4, revision = ?5, content = ?6, seal = ?7, record = ?8
      """
    case .versionUpdate:
      """
      UPDATE version SET fingerprint = ?4, revision = ?5, content = ?6, seal = ?7
      WHERE environment = ?1 AND name = ?2 AND version = ?3
      """
    case .versionByNumber:
      "\(columns) FROM version WHERE environment = ?1 AND name = ?2 AND version = ?3"
    case .versionWithRecord:
      "\(columns), record FROM version WHERE environment = ?1 AND name = ?2 AND version = ?3"
    case .versionPage:
      """
      \(columns) FROM version WHERE environment = ?1 AND name = ?2 AND version > ?3
      ORDER BY version LIMIT ?4
      """
    case .versionPageLike:
      // Two ranges of the index, whose rows carry the primary key: with `<>` each version that the environment itself
      // has of this value would be read, with its ciphertext.
      """
      \(columns) FROM version WHERE fingerprint = ?1 AND environment < ?2 UNION ALL
      \(columns) FROM version WHERE fingerprint = ?1 AND environment > ?2 LIMIT ?3
      """
    case .versionCount:
      "SELECT count(*) FROM version WHERE environment = ?1 AND name = ?2 AND version > ?3"
    case .versionLength:
      "SELECT length(record) FROM version WHERE environment = ?1 AND name = ?2 AND version = ?3"
    case .versionLive: "\(columns) FROM version ORDER BY environment, name, version"
    default: "DELETE FROM version WHERE environment = ?1 AND name = ?2 AND version = ?3"
    }
  }

  var requestSQL: String {
    let columns = "SELECT id, environment, live, revision, content, seal FROM request"
    return switch self {
    case .requestPut:
      """
      INSERT INTO request(id, environment, live, revision, content, seal)
      VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(id)
      DO UPDATE SET environment = ?2, live = ?3, revision = ?4, content = ?5, seal = ?6
      """
    // Most writes change no index: setting an indexed column, even to what it was, dirties one more
    // page of each index, and so makes each commit longer by a frame.
    case .requestUpdate:
      """
      UPDATE request SET revision = ?4, content = ?5, seal = ?6
      WHERE id = ?1 AND environment = ?2 AND live = ?3
      """
    case .requestByID: "\(columns) WHERE id = ?1"
    case .requestPageDown: "\(columns) WHERE id < ?1 ORDER BY id DESC LIMIT ?2"
    case .requestPageDownOf:
      "\(columns) WHERE environment = ?3 AND id < ?1 ORDER BY id DESC LIMIT ?2"
    case .requestPageLive: "\(columns) WHERE live = 1 AND id > ?1 ORDER BY id LIMIT ?2"
    case .requestLive: "\(columns) WHERE live = 1 ORDER BY id"
    default: "DELETE FROM request WHERE id = ?1"
    }
  }
}
