import CSQLite
import Glibc

/// The one copy of the database that a backup is read from: the rows as they were at one moment, without what was
/// deleted before.
///
/// Invariants:
/// - it has a name, in the state directory, only while it is made, so that it is gone with the process; a name that
///   a killed process left is removed when the store opens;
/// - once ``drop()`` has answered true, nothing of it is on the disk, and nothing comes until the next ``make(_:)``;
/// - after ``withdraw()`` nothing comes until the next ``permit()``, though somebody is about to make it.
///
/// Sendable: one thread makes and reads it, and another may drop it at any time. The state is guarded; the descriptor
/// is used only by whoever has marked the copy as busy.
public final class DatabaseCopy: Sendable {
  static let fileName = "backup.copy"

  private struct State {
    var descriptor: Int32 = -1
    /// Whether the thread that makes and reads it is at work.
    var isBusy = false
    /// Whether it is to go as soon as that thread is done.
    var isDropped = false
    /// The permit that counts; nil where somebody withdrew it.
    var permit: Int?
    var lastPermit = 0
  }

  private let location: StoreLocation
  private let state = Guarded(State())

  /// A copy that is not made yet.
  public init(of location: StoreLocation) { self.location = location }

  deinit { _ = drop() }

  /// Allows whoever gets the permit to make it, in place of whoever had one.
  public func permit() -> Int {
    state.withLock { state in
      state.lastPermit += 1
      state.permit = state.lastPermit
      return state.lastPermit
    }
  }

  /// Drops it, and lets nobody make it who may have been about to.
  public func withdraw() {
    state.withLock { $0.permit = nil }
    _ = drop()
  }

  /// Makes it, at the speed of the disk, from a snapshot and on a connection of its own.
  ///
  /// - Parameter permit: what ``permit()`` gave.
  /// - Returns: what it is a copy of; nil where it was dropped meanwhile, or the permit withdrawn.
  /// - Throws: ``StoreFault/noRoom(needed:free:)`` before anything is written where the disk would become scarce.
  public func make(_ permit: Int) throws(StoreFault) -> CopiedVault? {
    guard drop(), begin() else { throw .busy }
    guard state.withLock({ $0.permit == permit }) else {
      end()
      return nil
    }
    let path = folder + "/" + Self.fileName
    defer {
      // Safety: the path is lent for the call.
      unsafe unlink(path)
      end()
    }
    do throws(StoreFault) {
      try copy(to: path)
      let copied = try CopiedVault(of: path)
      let opened = unsafe open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
      guard opened >= 0 else { throw .system(path) }
      state.withLock { $0.descriptor = opened }
      return isDropped ? nil : copied
    } catch {
      // SQLite calls what was ended from outside an error.
      if isDropped { return nil }
      throw error
    }
  }

  /// The bytes at an offset, fewer at its end; nil where it was dropped.
  public func read(at offset: Int64, count: Int) throws(StoreFault) -> [UInt8]? {
    guard begin() else { return nil }
    defer { end() }
    let descriptor = state.withLock { $0.descriptor }
    guard descriptor >= 0 else { return nil }
    var code: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        // Safety: within the room that the array lends for this call.
        let got = unsafe pread(
          descriptor, buffer.baseAddress.map { unsafe $0 + filled }, count - filled,
          off_t(offset) + off_t(filled))
        if got < 0 && errno == EINTR { continue }
        if got < 0 { code = errno }
        if got <= 0 { return }
        filled += got
      }
    }
    guard code == 0 else { throw .system(location.path, code) }
    return isDropped ? nil : bytes
  }

  /// Takes it off the disk, whatever is done with it.
  /// - Returns: whether it is gone. Where not, the thread that is at work with it takes it off within milliseconds.
  public func drop() -> Bool {
    state.withLock { state in
      state.isDropped = true
      if state.isBusy { return false }
      Self.remove(&state)
      return true
    }
  }

  private var folder: String {
    String(location.path.dropLast(Schema.fileName.utf8.count + 1))
  }

  private var isDropped: Bool { state.withLock { $0.isDropped } }

  /// Marks it as busy; false where it is already. A dropped copy starts again.
  private func begin() -> Bool {
    state.withLock { state in
      if state.isBusy { return false }
      state.isBusy = true
      if state.descriptor < 0 { state.isDropped = false }
      return true
    }
  }

  private func end() {
    state.withLock { state in
      state.isBusy = false
      if state.isDropped { Self.remove(&state) }
    }
  }

  private static func remove(_ state: inout State) {
    guard state.descriptor >= 0 else { return }
    // Its blocks are free at once, though somebody had the descriptor, too.
    ftruncate(state.descriptor, 0)
    Glibc.close(state.descriptor)
    state.descriptor = -1
  }

  /// Writes a copy to a new file, 0600, which is the caller's.
  public func write(to path: String) throws(StoreFault) {
    guard drop(), begin() else { throw .busy }
    defer { end() }
    try copy(to: path)
  }

  private func copy(to path: String) throws(StoreFault) {
    let source = try Connection(path: location.path, access: .readOnly, vfs: nil)
    defer { source.close() }
    try source.harden(location.options)
    try checkRoom(for: source)
    Self.removeLeftover(in: folder)
    let made = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard made >= 0 else { throw .system(path) }
    Glibc.close(made)
    try source.execute("VACUUM INTO '\(path.quoted)'") { [self] in isDropped }
  }

  /// What a copy needs must leave the vault's disk ample.
  private func checkRoom(for source: Connection) throws(StoreFault) {
    let pages = try source.integer("PRAGMA page_count") ?? 0
    let needed = pages * Schema.pageSize
    guard let room = DiskRoom(at: folder) else { throw .system(folder) }
    guard room.free - needed > room.ample else {
      throw .noRoom(needed: needed + room.ample, free: room.free)
    }
  }

  /// Removes what a process left that was killed while it made a copy.
  static func removeLeftover(in folder: String) {
    // Safety: the path is lent for the call.
    unsafe unlink(folder + "/" + fileName)
  }
}

extension String {
  /// As it stands between single quotes in SQL.
  fileprivate var quoted: String {
    split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
  }
}

/// What a copy of a vault says of itself, as it is stored: nothing of it is verified.
public struct CopiedVault: Sendable {
  /// The bytes of the copy.
  public let size: Int64
  /// Which vault it is.
  public let meta: MetaRow
  /// The head.
  public let head: HeadRow
  /// The wrapped keys of one kind, as the engine numbers them.
  public let backupKeys: [WrapRow]

  /// The number of the engine for the wrapped keys of backups.
  private static let backupKeyKind: Int64 = 4

  init(of path: String) throws(StoreFault) {
    let connection = try Connection(path: path, access: .readOnly, vfs: nil)
    defer { connection.close() }
    try connection.harden(StoreOptions())
    let found = try connection.prepare(WrittenQuery.meta.sql)
    defer { found.finalize() }
    guard try found.step(), let head = try connection.head() else { throw .corrupt(path: path) }
    size = try FileCheck.size(path)
    meta = MetaRow(vault: found.bytes(0), created: found.integer(1))
    self.head = head
    let wraps = try connection.prepare(WrittenQuery.wraps.sql)
    defer { wraps.finalize() }
    var keys: [WrapRow] = []
    while try wraps.step() {
      let row = WrapRow(from: wraps)
      if row.place.kind == Self.backupKeyKind { keys.append(row) }
    }
    backupKeys = keys
  }
}
