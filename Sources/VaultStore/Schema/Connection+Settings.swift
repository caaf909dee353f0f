import CSQLite

extension Connection {
  /// What holds for every connection, whatever it is for. Writes nothing to the database.
  ///
  /// Triggers and views are off because the schema has none: whoever can write the file could
  /// otherwise plant code that runs inside our commits.
  func harden(_ options: StoreOptions) throws(StoreFault) {
    wait(milliseconds: options.busyMilliseconds)
    try configure(SQLITE_DBCONFIG_DEFENSIVE, true)
    try configure(SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)
    try configure(SQLITE_DBCONFIG_ENABLE_TRIGGER, false)
    try configure(SQLITE_DBCONFIG_ENABLE_VIEW, false)
    try configure(SQLITE_DBCONFIG_DQS_DML, false)
    try configure(SQLITE_DBCONFIG_DQS_DDL, false)
    for setting in Self.settings { try set(setting.name, setting.value) }
    try execute("PRAGMA cache_size = -\(options.cacheKiB)")
  }

  /// What makes a commit durable; the database's format becomes WAL.
  ///
  /// `synchronous` comes after `journal_mode`, and both are read back: with NORMAL a commit in WAL
  /// mode is not synced at all, and nothing else would tell.
  func makeDurable(_ options: StoreOptions) throws(StoreFault) {
    guard try text("PRAGMA journal_mode = WAL") == "wal" else {
      throw .walUnavailable(path: path)
    }
    noteCommits()
    try set("synchronous", 2)
    guard try text("PRAGMA journal_mode") == "wal" else { throw .walUnavailable(path: path) }
    guard try text("PRAGMA locking_mode") == "normal" else {
      throw .settingRefused("locking_mode")
    }
    for setting in Self.settings where try integer("PRAGMA \(setting.name)") != setting.value {
      throw .settingRefused(setting.name)
    }
  }

  /// A number that is set and read back.
  func set(_ name: String, _ value: Int64) throws(StoreFault) {
    try execute("PRAGMA \(name) = \(value)")
    // mmap_size answers no row where memory mapping is not compiled in, which is what 0 asks for.
    guard try integer("PRAGMA \(name)") ?? value == value else { throw .settingRefused(name) }
  }

  /// Finds a database file that was cut short: SQLite reads what lies beyond the end as zeros.
  func checkSize() throws(StoreFault) {
    let progress: CheckpointProgress
    do throws(StoreFault) {
      progress = try checkpoint(SQLITE_CHECKPOINT_PASSIVE)
    } catch .full {
      // A full disk must not keep the daemon down; the check waits for the next start.
      return
    }
    guard progress.isComplete else { return }
    let pages = try integer("PRAGMA page_count") ?? 0
    let bytes = try integer("PRAGMA page_size") ?? 0
    guard try FileCheck.size(path) >= pages * bytes else { throw .corrupt(path: path) }
  }

  private static var settings: [(name: String, value: Int64)] {
    [
      ("trusted_schema", 0),
      ("cell_size_check", 1),
      // An I/O error in a mapped file is a signal instead of a result code.
      ("mmap_size", 0),
      // 2: memory. Sorting must not leave rows in a temporary file.
      ("temp_store", 2),
      ("foreign_keys", 1),
      ("secure_delete", 1),
    ]
  }
}
