import CSQLite

/// What a store knows of the disk below it.
struct DiskWatch {
  var meter = DiskMeter()
  var isScarce = false
  /// Whether a reserve was asked for.
  var keepsReserve = false
  /// Whether the file system preallocates, as far as was seen.
  var canReserve = true
}

extension Store {
  /// How the file system of the state directory stands: two system calls, before each batch and not inside
  /// a transaction.
  ///
  /// From scarce on, commits checkpoint by themselves, long before the log outgrows its reserve: the
  /// ``Checkpointer`` may come too late for that, and nobody counts microseconds then.
  public func diskState() -> DiskState {
    guard !connection.isClosed, !connection.isDisplaced, let room = directory.room() else {
      return .gone
    }
    let state = disk.meter.state(free: room.free, size: room.size)
    let isScarce = state != .ample
    guard isScarce != disk.isScarce else { return state }
    disk.isScarce = isScarce
    guard isScarce else { return state }
    if disk.keepsReserve { topUpReserve() }
    // What the log holds goes into the database while there is room for it.
    _ = try? checkpoint(SQLITE_CHECKPOINT_PASSIVE)
    return state
  }

  /// After how many frames in the log a commit copies it.
  var mostFrames: Int32 {
    let options = location.options
    guard disk.isScarce else { return options.backstopFrames }
    let early = max(1, Int32(clamping: options.logReserve / Schema.pageSize / 4))
    return min(early, options.backstopFrames)
  }

  /// Claims blocks for the log and for the database's growth that no other program can take, so that
  /// hundreds of small commits succeed on a full disk. About once a second; some microseconds where there
  /// is nothing to do.
  ///
  /// On a full disk it takes what is left and says nothing.
  /// - Returns: whether the whole reserve is there.
  @discardableResult
  public func topUpReserve() -> Bool {
    disk.keepsReserve = true
    guard !connection.isClosed, disk.canReserve else { return false }
    let options = location.options
    // What stands in the log makes the database grow at the next checkpoint.
    let growth = ((try? connection.integer("PRAGMA page_count")) ?? 0) * Schema.pageSize
    let file = DatabaseFiles.descriptor(of: connection.file, at: location.path)
    let claim = { length in file.map { Claim.extend($0, beyond: growth, length: length) } }
    // Where there is not enough for both, the log does not take all: it begins anew only when the database
    // has grown.
    _ = claim(options.databaseReserve / 4)
    let log = directory.withFile(Schema.fileName + "-wal") {
      Claim.extend($0, length: options.logReserve)
    }
    let database = claim(options.databaseReserve)
    disk.canReserve = log != .unsupported && database != .unsupported
    return log == .whole && database == .whole
  }
}
