import CSQLite

/// One SQLite connection with its prepared statements: the only place, with ``Statement``, where
/// SQLite's C functions are called.
///
/// Invariant: used by one thread at a time (SQLITE_OPEN_NOMUTEX). Every handle that it hands out
/// dies with ``close()``.
@safe
final class Connection {
  /// What a connection is for; it decides how the file is opened.
  enum Access {
    case readWrite
    case readOnly
  }

  let path: String
  // Safety: owned by this object from init to close(), nil afterwards, never handed out.
  private var handle: OpaquePointer?
  private var statements: [Statement?]
  private var busyMilliseconds: Int32 = 0
  private var framesOfCommit: Int32?
  /// What is answered where there is no handle.
  private var ending: StoreFault = .closed
  /// The file that the path named when it was opened.
  let file: FileIdentity
  private var isCounted = true

  /// Opens a database that exists.
  ///
  /// Symbolic links are refused anywhere in the path, so the caller resolves the folder first.
  init(path: String, access: Access, vfs: String?) throws(StoreFault) {
    self.path = path
    unsafe handle = nil
    file = DatabaseFiles.enter(path)
    statements = Array(repeating: nil, count: Query.allCases.count)
    let flags =
      (access == .readWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY)
      | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE
    var opened: OpaquePointer?
    let code = unsafe sqlite3_open_v2(path, &opened, flags, vfs)
    // SQLite hands a handle out even where it fails, for its error code; it is ours to close.
    unsafe handle = opened
    guard code == SQLITE_OK else {
      let fault = fault(code)
      close()
      throw fault
    }
    // Otherwise the file was exchanged between the two, and nobody knows which one is open.
    guard !isDisplaced else {
      close()
      throw .displaced(path)
    }
    // On a file system that is read-only at this moment SQLite settles for reading, for good.
    let isReadOnly = unsafe sqlite3_db_readonly(handle, "main") != 0
    guard access == .readOnly || !isReadOnly else {
      close()
      throw .readOnly
    }
  }

  deinit { close() }

  /// Whether the path no longer names the file that is open: it was unmounted, covered or replaced.
  var isDisplaced: Bool { FileIdentity(path: path) != file }

  /// Ends every statement and the connection; an open transaction is rolled back. Twice is once.
  ///
  /// - Parameters:
  ///   - answer: What every later call throws.
  ///   - keepsLog: Leaves the log as it is. Else the last connection copies it and removes it, by its name,
  ///     which after a change of the file is the name of another log.
  func close(answering answer: StoreFault = .closed, keepsLog: Bool = false) {
    ending = answer
    guard isCounted else { return }
    for statement in statements { statement?.finalize() }
    statements = Array(repeating: nil, count: statements.count)
    if keepsLog || isDisplaced { try? configure(SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true) }
    unsafe sqlite3_close_v2(handle)
    unsafe handle = nil
    isCounted = false
    DatabaseFiles.leave(file)
  }

  /// Whether it was closed.
  var isClosed: Bool { !isCounted }

  /// The statement of a query, prepared at its first use. The caller resets it when done.
  func statement(_ query: Query) throws(StoreFault) -> Statement {
    let slot = query.slot
    if let known = statements[slot] { return known }
    let prepared = try prepare(query.sql)
    statements[slot] = prepared
    return prepared
  }

  /// The same of one that is written out.
  func statement(_ query: WrittenQuery) throws(StoreFault) -> Statement {
    try statement(.written(query))
  }

  /// Prepares a statement that the caller keeps or drops.
  func prepare(_ sql: String) throws(StoreFault) -> Statement {
    guard let handle = unsafe handle else { throw ending }
    var prepared: OpaquePointer?
    let code = unsafe sqlite3_prepare_v3(
      handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    guard code == SQLITE_OK, let prepared = unsafe prepared else { throw fault(code) }
    return unsafe Statement(prepared, path: path)
  }

  /// Runs statements that take no values and whose rows nobody needs.
  func execute(_ sql: String) throws(StoreFault) {
    guard let handle = unsafe handle else { throw ending }
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw fault(code) }
  }

  /// Runs one long statement, which `isEnded` may end from within: it is asked every few rows.
  func execute(_ sql: String, until isEnded: @escaping () -> Bool) throws(StoreFault) {
    guard let handle = unsafe handle else { throw ending }
    let question = Question(isEnded)
    // Safety: the question outlives the statement, and SQLite asks it within the call alone.
    unsafe sqlite3_progress_handler(
      handle, Question.steps,
      { context in
        guard let context = unsafe context else { return 0 }
        return unsafe Unmanaged<Question>.fromOpaque(context).takeUnretainedValue().isYes() ? 1 : 0
      }, Unmanaged.passUnretained(question).toOpaque())
    defer {
      unsafe sqlite3_progress_handler(handle, 0, nil, nil)
      withExtendedLifetime(question) {}
    }
    try execute(sql)
  }

  /// The first column of the first row as a number; nil without a row.
  func integer(_ sql: String) throws(StoreFault) -> Int64? {
    let statement = try prepare(sql)
    defer { statement.finalize() }
    return try statement.step() ? statement.integer(0) : nil
  }

  /// The first column of the first row as text; nil without a row.
  func text(_ sql: String) throws(StoreFault) -> String? {
    let statement = try prepare(sql)
    defer { statement.finalize() }
    return try statement.step() ? statement.text(0) : nil
  }

  /// Turns one of SQLITE_DBCONFIG_* on or off.
  func configure(_ option: Int32, _ on: Bool) throws(StoreFault) {
    guard let handle = unsafe handle else { throw ending }
    guard unsafe envgate_sqlite3_configure(handle, option, on ? 1 : 0) == SQLITE_OK else {
      throw .settingRefused("SQLITE_DBCONFIG \(option)")
    }
  }

  /// Whether a transaction is open. SQLite ends one by itself after some faults.
  var isInTransaction: Bool {
    guard let handle = unsafe handle else { return false }
    return unsafe sqlite3_get_autocommit(handle) == 0
  }

  /// How many rows the last insert, update or delete touched.
  var changes: Int64 {
    guard let handle = unsafe handle else { return 0 }
    return unsafe sqlite3_changes64(handle)
  }

  /// How long a statement waits for another's lock.
  func wait(milliseconds: Int32) {
    busyMilliseconds = milliseconds
    unsafe sqlite3_busy_timeout(handle, 0)
  }

  /// Keeps SQLite from copying the log within a commit, which knows nothing of a ``CheckpointTurn``.
  func leaveLogToOthers() {
    unsafe sqlite3_wal_autocheckpoint(handle, 0)
  }

  /// Notes how long the log is after each commit, for ``takeFramesOfCommit()``; copies nothing.
  func noteCommits() {
    // Safety: the connection, which outlives its handle, is what SQLite hands back; it calls within commits.
    unsafe sqlite3_wal_hook(
      handle,
      { context, _, _, frames in
        guard let context = unsafe context else { return SQLITE_OK }
        unsafe Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue().framesOfCommit =
          frames
        return SQLITE_OK
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  /// The frames (pages of 4 KiB) in the log after the last commit that wrote, once; nil where none has.
  func takeFramesOfCommit() -> Int32? {
    defer { framesOfCommit = nil }
    return framesOfCommit
  }

  /// Copies what the write-ahead log holds into the database, as far as that goes without waiting
  /// for a reader.
  func checkpoint(_ mode: Int32) throws(StoreFault) -> CheckpointProgress {
    guard let handle = unsafe handle else { throw ending }
    var frames: Int32 = 0
    var copied: Int32 = 0
    unsafe sqlite3_busy_timeout(handle, 0)
    defer { unsafe sqlite3_busy_timeout(handle, busyMilliseconds) }
    let code = unsafe sqlite3_wal_checkpoint_v2(handle, "main", mode, &frames, &copied)
    // SQLITE_BUSY says that a reader or writer stood in the way of part of it; the numbers hold.
    guard code == SQLITE_OK || code & 0xFF == SQLITE_BUSY else { throw fault(code) }
    return CheckpointProgress(
      frames: Int(max(frames, 0)), copied: Int(max(copied, 0)),
      isComplete: code == SQLITE_OK && frames == copied)
  }

  private func fault(_ code: Int32) -> StoreFault {
    unsafe StoreFault(code: code, on: handle, path: path)
  }
}

/// What SQLite asks while a long statement runs.
private final class Question {
  /// The steps of its machine between two times: a row is some of them.
  static let steps: Int32 = 100
  let isYes: () -> Bool

  init(_ isYes: @escaping () -> Bool) { self.isYes = isYes }
}
