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
      "its disk is nearly full; free some space; until then only calls that take rights away work: "
        + "reject, cancel, close, revoke, disable, destroy"
    case .full: "its disk is full, so nothing was changed; free some space"
    case .readOnly: "its disk is read-only, so nothing was changed; mount it writable"
    case .gone: "its state directory is missing, so nothing was changed; mount its disk again"
    case .failing: "it cannot write to its disk, so nothing was changed; see the daemon's log"
    }
  }
}
