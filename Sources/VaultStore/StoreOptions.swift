/// How a store uses SQLite. The defaults are what a daemon wants.
public struct StoreOptions: Hashable, Sendable {
  /// The name of a registered SQLite VFS; nil for the system's own.
  public var vfs: String?
  /// How long a statement waits for another connection's lock, in milliseconds.
  ///
  /// Not zero even where nobody else writes: a reader that meets the log's index while a commit
  /// changes it looks again under the writer's lock, for some microseconds.
  public var busyMilliseconds: Int32 = 1000
  /// After how many frames (pages of 4 KiB) in the write-ahead log a commit checkpoints by itself.
  ///
  /// A backstop only: a ``Checkpointer`` on another thread keeps the log far shorter, because a
  /// checkpoint inside a commit is what makes the slowest percent of them slow.
  public var backstopFrames: Int32 = 16_384
  /// The page cache of a connection, in KiB.
  public var cacheKiB: Int32 = 16_384
  /// How many bytes of blocks the write-ahead log owns beyond its end, for commits on a full disk
  /// (``Store/topUpReserve()``). Each commit takes a frame of 4 KiB for each page that it changes, until a
  /// checkpoint lets the log begin anew.
  public var logReserve: Int64 = 1 << 20
  /// How many bytes of blocks the database owns beyond its end, for checkpoints on a full disk: where the
  /// database cannot grow, the log cannot begin anew.
  public var databaseReserve: Int64 = 1 << 20

  /// The defaults.
  public init() {}
}

/// Where an open store is, for connections of other threads.
public struct StoreLocation: Hashable, Sendable {
  /// The database file, by its resolved path.
  public let path: String
  /// The options that the store was opened with.
  public let options: StoreOptions
  /// Which file the store has open there.
  let presence: StorePresence
  /// Who may copy the log there.
  let turn = CheckpointTurn()

  /// Whether both name the same file and options.
  public static func == (one: Self, other: Self) -> Bool {
    one.path == other.path && one.options == other.options
  }

  /// Hashes what is compared.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(path)
    hasher.combine(options)
  }
}
