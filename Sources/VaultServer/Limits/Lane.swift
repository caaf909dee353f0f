import VaultCore

/// Who shares one part of what the daemon can do.
///
/// One user can be 65,536 uids (newuidmap(1)), and root of a container any uid: all subordinate uids of the
/// host together are one lane, and so are, while many connections are open, the processes of containers. So
/// nobody has more of everything by being many.
enum Lane: Hashable, Sendable {
  case subject(Subject)
  case subordinates
  /// The vault itself, which has no limits.
  case vault
}
