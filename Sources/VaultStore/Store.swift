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

  private(set) var connection: Connection
  private(set) var directory: StateDirectory
  private let migrations: [Migration]
  private var isClosed = false
  // How often it was opened anew.
  private var reopenings: Int64 = 0
  var disk = DiskWatch()

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
    let presence = StorePresence()
    directory = try StateDirectory(path, create: create)
    DatabaseCopy.removeLeftover(in: directory.path)
    location = StoreLocation(
      path: directory.path + "/" + Schema.fileName, options: options, presence: presence)
    self.migrations = migrations
    connection = try Self.open(location, in: directory, create: create, migrations)
    presence.opened(connection.file)
  }

  deinit { close() }

  /// Ends the store: an open transaction is rolled back, the log is copied into the database where
  /// no other connection is left, the state directory is free again. Twice is once.
  ///
  /// On a scarce disk the log stays with its blocks, for the next opening.
  public func close() {
    isClosed = true
    connection.close(keepsLog: disk.isScarce)
    directory.release()
  }

  /// Lets everything go and opens the database anew, at the same path and with every check of the opening:
  /// for a file system that was away and is back, or whose disk has failed.
  ///
  /// Nothing is created. Where it throws, every call answers the same fault and nothing of the old file
  /// system is held, so that it can be unmounted and checked; call it again later. What is found may be
  /// older than what was acknowledged: compare the head. ``dataVersion()`` moves.
  public func reopen() throws(StoreFault) {
    guard !isClosed else { throw .closed }
    location.presence.lost()
    // The log keeps what was acknowledged. Its name may be that of another database's by now.
    connection.close(answering: .displaced(location.path), keepsLog: true)
    directory.release()
    disk = DiskWatch()
    do throws(StoreFault) {
      let folder = String(location.path.dropLast(Schema.fileName.utf8.count + 1))
      let found = try StateDirectory(folder, create: false)
      guard found.path == folder else { throw .displaced(location.path) }
      connection = try Self.open(location, in: found, create: false, migrations)
      directory = found
    } catch {
      connection.close(answering: error)
      throw error
    }
    reopenings += 1
    location.presence.opened(connection.file)
  }

  private static func open(
    _ location: StoreLocation, in directory: StateDirectory, create: Bool, _ migrations: [Migration]
  ) throws(StoreFault) -> Connection {
    do throws(StoreFault) {
      return try openOnce(location, in: directory, create: create, migrations)
    } catch .full {
      // The log's index must be made anew, and a full disk must not keep the daemon down.
      DatabaseFiles.giveReserveBack(location.path)
      return try openOnce(location, in: directory, create: create, migrations)
    }
  }

  private static func openOnce(
    _ location: StoreLocation, in directory: StateDirectory, create: Bool, _ migrations: [Migration]
  ) throws(StoreFault) -> Connection {
    let path = try directory.prepareDatabase(Schema.fileName, create: create)
    let connection = try Connection(path: path, access: .readWrite, vfs: location.options.vfs)
    do throws(StoreFault) {
      try connection.harden(location.options)
      // Before anything is written: a database of another program stays as it is.
      let version = try connection.recognisedVersion(known: migrations)
      guard version > 0 || create else { throw .missing(path: path) }
      try connection.makeDurable(location.options)
      try connection.migrate(from: version, through: migrations)
      try connection.checkSize()
      _ = connection.takeFramesOfCommit()
      location.turn.open()
    } catch {
      connection.close(answering: error)
      throw error
    }
    return connection
  }

  // MARK: Transactions

  /// Opens the transaction that everything until ``commit()`` belongs to.
  ///
  /// Refused where the path no longer names the file that is open: what would be committed is found by
  /// nobody who looks there.
  public func begin() throws(StoreFault) {
    guard connection.isClosed || !connection.isDisplaced else { throw .displaced(location.path) }
    location.turn.begin()
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
      // The next one may find room where the log begins anew.
      if error == .full { _ = try? checkpoint(SQLITE_CHECKPOINT_PASSIVE) }
      throw error
    }
    guard let frames = connection.takeFramesOfCommit() else { return }
    location.turn.commit()
    // What was committed is in the log; how far the copy comes is no matter of the commit.
    if frames >= mostFrames { _ = try? checkpoint(SQLITE_CHECKPOINT_PASSIVE) }
  }

  /// Drops the transaction. Does nothing where none is open: after a full disk or an I/O error
  /// SQLite may have dropped it by itself.
  public func rollback() {
    guard connection.isInTransaction else { return }
    // ROLLBACK reports the fault that made it necessary, and ends the transaction all the same.
    try? run(.rollback)
  }

  /// A number that moves when another connection has changed the database or the store was opened anew,
  /// and never by our commits or by readers: rows that were verified before it moved must be verified again.
  ///
  /// `PRAGMA data_version`: a ``Checkpointer`` moves it only by a truncating checkpoint.
  public func dataVersion() throws(StoreFault) -> Int64 {
    let statement = try connection.statement(.dataVersion)
    defer { statement.reset() }
    guard try statement.step() else { throw .corrupt(path: location.path) }
    // SQLite's number has 32 bits and begins anew with each connection.
    return reopenings << 32 | statement.integer(0)
  }

  /// Copies the whole log into the database and cuts the log to nothing, so that what was destroyed
  /// stands in neither. Not inside a transaction.
  ///
  /// False: a reader's snapshot or a checkpointer stood in the way; neither is waited for. Try again when it
  /// has ended.
  public func checkpointTruncating() throws(StoreFault) -> Bool {
    // Cutting the log gives its blocks back.
    defer { if disk.keepsReserve { topUpReserve() } }
    return try checkpoint(SQLITE_CHECKPOINT_TRUNCATE).isComplete
  }

  /// Copies the log on the thread that commits, unless another thread does at this moment.
  func checkpoint(_ mode: Int32) throws(StoreFault) -> CheckpointProgress {
    let connection = connection
    return try location.turn.take(.committer) { () throws(StoreFault) in
      try connection.checkpoint(mode)
    }
  }

  /// Runs a statement that takes no values and answers no rows.
  private func run(_ query: WrittenQuery) throws(StoreFault) {
    try connection.statement(query).run()
  }
}
