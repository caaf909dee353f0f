/// What is wrong with the disk below the vault, in a word that says what mends it.
public enum StorageTrouble: String, Hashable, Sendable, CaseIterable {
  /// Nearly full: what is left is kept for what takes rights away.
  case scarce
  /// Full.
  case full
  /// The file system is read-only.
  case readOnly = "read_only"
  /// The state directory is not where it was.
  case gone
  /// The disk, or the database on it, fails.
  case failing

  /// What it is and what to do, in a clause that names no path.
  public var sentence: String {
    switch self {
    case .scarce:
      "its disk is nearly full; until there is space again only what takes rights away works: "
        + "reject, cancel, close, revoke, disable, destroy"
    case .full: "its disk is full; free some space, nothing was changed"
    case .readOnly: "its disk is read-only; mount it writable again, nothing was changed"
    case .gone: "its state directory is not where it was; mount the disk again, nothing was changed"
    case .failing: "it cannot write to its disk; see the daemon's log, nothing was changed"
    }
  }
}
