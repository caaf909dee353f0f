import CSQLite

/// The vault's durable state: one SQLite database in one state directory, written by one
/// connection.
///
/// Invariant `acknowledged-is-durable`: when ``commit()`` returns, the transaction survives a crash
/// and a power cut; when it throws, nothing of the transaction can be seen. Only where the sync
/// itself failed and the machine then stops before another commit may it be there afterwards, and
/// then whole.
///
/// Used by one thread. It knows no cryptography: seals, hashes and ciphertexts come and go as
/// bytes.
public final class Store {
  /// Where it is, for a ``StoreReader`` or ``Checkpointer``.
  public let location: StoreLocation

  let connection: Connection
  private let directory: StateDirectory

  /// Opens the vault of a state directory and holds it until ``close()``.
  ///
  /// Refuses a folder or file that others could reach, a folder that another daemon holds, a file
  /// that is not ours or too new, and a file system on which a commit would not be durable. Older
  /// schemas are brought up to date.
  ///
  /// - Parameters:
  ///   - directory: The state directory.
  ///   - create: Makes the directory (0700) and an empty database (0600) where there are none.
  public convenience init(
    directory: String, create: Bool = false, options: StoreOptions = StoreOptions()
  ) throws(StoreFault) {
    try self.init(
      directory: directory, create: create, options: options, migrations: Schema.migrations)
  }

  init(
    directory path: String, create: Bool, options: StoreOptions, migrations: [Migration]
  ) throws(StoreFault) {
    directory = try StateDirectory(path, create: create)
    let database = try directory.prepareDatabase(Schema.fileName, create: create)
    location = StoreLocation(path: database, options: options)
    connection = try Connection(path: database, access: .readWrite, vfs: options.vfs)
    try connection.harden(options)
    // Before anything is written: a database of another program stays as it is.
    let version = try connection.recognisedVersion(known: migrations)
    guard version > 0 || create else { throw .missing(path: database) }
    try connection.makeDurable(options)
    try connection.migrate(from: version, through: migrations)
    try checkSize()
  }

  deinit { close() }

  /// Ends the store: an open transaction is rolled back, the log is copied into the database where
  /// no other connection is left, the state directory is free again. Twice is once.
  public func close() {
    connection.close()
    directory.release()
  }

  // MARK: Transactions

  /// Opens the transaction that everything until ``commit()`` belongs to.
  public func begin() throws(StoreFault) {
    try run(.begin)
  }

  /// Makes the transaction durable with one sync of the log.
  ///
  /// After a fault no transaction is open and nothing of it can be read; the next one works as soon
  /// as the disk does.
  public func commit() throws(StoreFault) {
    do throws(StoreFault) {
      try run(.commit)
    } catch {
      rollback()
      throw error
    }
  }

  /// Drops the transaction. Does nothing where none is open: after a full disk or an I/O error
  /// SQLite may have dropped it by itself.
  public func rollback() {
    guard connection.isInTransaction else { return }
    // ROLLBACK reports the fault that made it necessary, and ends the transaction all the same.
    try? run(.rollback)
  }

  /// Whether a transaction is open.
  public var isInTransaction: Bool { connection.isInTransaction }

  /// A number that moves when another connection has changed the database, and never by our commits
  /// or by readers: rows that were verified before it moved must be verified again.
  ///
  /// `PRAGMA data_version`: a ``Checkpointer`` moves it only by a truncating checkpoint.
  public func dataVersion() throws(StoreFault) -> Int64 {
    let statement = try connection.statement(.dataVersion)
    defer { statement.reset() }
    guard try statement.step() else { throw .corrupt(path: location.path) }
    return statement.integer(0)
  }

  /// Copies the whole log into the database and cuts the log to nothing, so that what was destroyed
  /// stands in neither. Not inside a transaction.
  ///
  /// False: a reader's snapshot stood in the way; try again when it has ended.
  /// - Parameter milliseconds: how long a snapshot is waited for.
  public func checkpointTruncating(waiting milliseconds: Int32 = 0) throws(StoreFault) -> Bool {
    try connection.checkpoint(SQLITE_CHECKPOINT_TRUNCATE, waiting: milliseconds).isComplete
  }

  /// Runs a statement that takes no values and answers no rows.
  private func run(_ query: Query) throws(StoreFault) {
    try connection.statement(query).run()
  }

  /// Finds a database file that was cut short: SQLite reads what lies beyond the end as zeros.
  private func checkSize() throws(StoreFault) {
    let progress: CheckpointProgress
    do throws(StoreFault) {
      progress = try connection.checkpoint(SQLITE_CHECKPOINT_PASSIVE)
    } catch .full {
      // A full disk must not keep the daemon down; the check waits for the next start.
      return
    }
    guard progress.isComplete else { return }
    let pages = try connection.integer("PRAGMA page_count") ?? 0
    let bytes = try connection.integer("PRAGMA page_size") ?? 0
    guard try FileCheck.size(location.path) >= pages * bytes else {
      throw .corrupt(path: location.path)
    }
  }
}
