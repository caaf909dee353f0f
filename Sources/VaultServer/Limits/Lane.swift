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
}
