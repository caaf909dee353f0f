/// Whether a listener may be sent a value.
///
/// The kernel names the uid that made the socket listen (SO_PEERCRED on a connected client, unix(7));
/// no message can forge it. Trusted are:
///
/// - root: the daemon itself, or systemd, which listens for it;
/// - the caller's own account, which can read the value anyhow;
/// - a system account (uid below 1000, Debian policy 9.2.2) that also owns the socket file: the account
///   the daemon runs as. Ownership ties it to the path that was named: an account that merely listens
///   on a socket handed to it is not the one that made the path.
///
/// Nobody else: a person who puts a socket where a script expects the daemon's would collect values.
/// 65534, the kernel's number for an account that this user namespace does not know, is no system account.
enum ServerIdentity {
  static let firstUserID: UInt32 = 1_000

  static func isTrusted(listener: UInt32, fileOwner: UInt32?, caller: UInt32) -> Bool {
    if listener == 0 || listener == caller { return true }
    return listener < firstUserID && listener == fileOwner
  }
}
