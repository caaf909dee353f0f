import VaultCore

/// Who shares one part of what the daemon can do.
///
/// One user can be 65,536 uids (newuidmap(1)), and root of a container any uid. So whoever the account database
/// does not know shares one lane with all such, and so do, while many connections are open, the processes of
/// containers: nobody has more of everything by being many.
enum Lane: Hashable, Sendable {
  case subject(Subject)
  case strangers
  /// Those of an account of whom it was not found out, while many connections are open, whether they live on the
  /// host.
  case unseen(Subject)
  /// The vault itself, which has no limits.
  case vault

  /// One word where that is enough: a release looks some twenty times for what its lane has.
  func hash(into hasher: inout Hasher) {
    switch self {
    case .subject(.account(let uid)): hasher.combine(UInt64(uid))
    case .unseen(.account(let uid)): hasher.combine(UInt64(uid) | 1 << 32)
    case .strangers: hasher.combine(2 << 32 as UInt64)
    case .vault: hasher.combine(3 << 32 as UInt64)
    case .subject(.socket(let name)), .unseen(.socket(let name)): hasher.combine(name)
    case .subject(.unit(let name)), .unseen(.unit(let name)): hasher.combine(name)
    }
  }
}
