import CSQLite

/// How far a checkpoint came.
public struct CheckpointProgress: Hashable, Sendable {
  /// The frames (pages of 4 KiB) in the log.
  public let frames: Int
  /// How many of them are in the database now.
  public let copied: Int
  /// Whether nothing is left; the next commit then begins the log anew.
  public let isComplete: Bool
}

/// Keeps the write-ahead log short from a thread of its own, so that no commit has to.
///
/// A passive checkpoint waits for nobody and delays nobody. Run it about every thousand frames:
/// more often costs a second sync each time that the log begins anew, more rarely slows every
/// reading down, because the log is searched first.
public final class Checkpointer {
  private let companion: Companion
  private let turn: CheckpointTurn

  /// Opens a connection of its own to an open store. Used by one thread.
  public init(_ location: StoreLocation) throws(StoreFault) {
    turn = location.turn
    companion = try Companion(to: location, .readWrite) { (connection) throws(StoreFault) in
      connection.leaveLogToOthers()
      // Without it the log could be used anew before the database is on the disk.
      try connection.set("synchronous", 2)
      // The first statement of a connection finds the log; a checkpoint alone would do nothing.
      _ = try connection.integer("PRAGMA schema_version")
    }
  }

  /// Copies what it can at this moment, beside commits and readers.
  ///
  /// Nothing, and no frames are answered, where nothing was committed since all was copied, or where the
  /// committing thread copies at this moment.
  ///
  /// Where the database is gone it lets it go and throws; when the store has opened it anew it follows.
  public func run() throws(StoreFault) -> CheckpointProgress {
    let connection = try companion.present()
    return try turn.take(.companion) { () throws(StoreFault) in
      try connection.checkpoint(SQLITE_CHECKPOINT_PASSIVE)
    }
  }

  /// Ends the connection. Twice is once.
  public func close() {
    companion.close()
  }
}
