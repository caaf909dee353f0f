import Glibc

/// Whether a listener may be sent a value or a ticket.
///
/// The kernel names the uid that made the socket listen (SO_PEERCRED on a connected client, unix(7));
/// no message can forge it. Trusted are:
///
/// - root: the daemon itself, or systemd, which listens for it;
/// - the caller's own account, which can read the value anyhow;
/// - a system account (uid below 1000, Debian policy 9.2.2) that also owns the socket file: the account
///   the daemon runs as. Ownership ties it to the path that was named: an account that merely listens
///   on a socket handed to it is not the one that made the path;
/// - with a ticket alone, and from inside a user namespace, an account that the namespace does not know and
///   that owns the socket file: what a container runtime has mounted there from the host. Whoever else is in
///   the container can make no such file, but for its own account of the number that stands for the unknown.
///
/// Nobody else: a person who puts a socket where a script expects the daemon's would collect values.
enum ServerIdentity {
  static let firstUserID: UInt32 = 1_000

  /// What is to be sent.
  enum Cargo {
    case value
    case ticket
  }

  /// - Parameter unknown: the uid that stands for whom our user namespace does not know; nil outside of one,
  ///   where it is an account like others.
  static func isTrusted(
    listener: UInt32, fileOwner: UInt32?, caller: UInt32, cargo: Cargo = .value,
    unknown: @autoclosure () -> UInt32? = nil
  ) -> Bool {
    if listener == 0 || listener == caller { return true }
    guard listener == fileOwner else { return false }
    return listener < firstUserID || (cargo == .ticket && listener == unknown())
  }

  /// The uid that stands for whom our user namespace does not know (user_namespaces(7)); nil in the host's.
  static func unknownID() -> UInt32? {
    guard let map = firstLine("/proc/self/uid_map"), map != [0, 0, UInt64(UInt32.max)] else {
      return nil
    }
    return firstLine("/proc/sys/kernel/overflowuid")?.first.flatMap { UInt32(exactly: $0) }
      ?? 65_534
  }

  /// The numbers of the first line of a file of procfs; nil where it cannot be read.
  private static func firstLine(_ path: String) -> [UInt64]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = unsafe read(descriptor, &bytes, bytes.count)
    guard count > 0 else { return nil }
    let line = bytes[..<count].prefix { $0 != 0x0A }
    return line.split(separator: 0x20).compactMap {
      UInt64(String(decoding: $0, as: UTF8.self))
    }
  }
}
