import CSQLite

/// One step of the schema, run in one transaction.
struct Migration {
  /// The `user_version` that the step leads to; steps count from 1 without a gap.
  let version: Int32
  /// The statements.
  let sql: String
}

extension Connection {
  /// Whose database it is and how far its schema goes, read before anything is written to it.
  ///
  /// Answers the schema's version, 0 for a database without any table.
  func recognisedVersion(known: [Migration]) throws(StoreFault) -> Int32 {
    let application = Int32(truncatingIfNeeded: try integer("PRAGMA application_id") ?? 0)
    let version = Int32(truncatingIfNeeded: try integer("PRAGMA user_version") ?? 0)
    if application == 0 && version == 0 {
      // Ours is marked in the transaction that makes its first table.
      guard try integer("SELECT count(*) FROM sqlite_schema") == 0 else {
        throw .foreignDatabase(path: path, applicationID: application)
      }
      return 0
    }
    guard application == Schema.applicationID, version > 0 else {
      throw .foreignDatabase(path: path, applicationID: application)
    }
    let newest = known.last?.version ?? 0
    guard version <= newest else {
      throw .newerSchema(path: path, found: version, known: newest)
    }
    return version
  }

  /// Runs the steps that the database lacks. A step that fails leaves the one before it.
  func migrate(from version: Int32, through steps: [Migration]) throws(StoreFault) {
    for step in steps where step.version > version {
      try execute("BEGIN IMMEDIATE")
      do throws(StoreFault) {
        try execute(step.sql)
        try execute("PRAGMA application_id = \(Schema.applicationID)")
        try execute("PRAGMA user_version = \(step.version)")
        try execute("COMMIT")
      } catch {
        // SQLite may have rolled back by itself, and then refuses to do it again.
        if isInTransaction { try? execute("ROLLBACK") }
        throw error
      }
    }
  }
}
