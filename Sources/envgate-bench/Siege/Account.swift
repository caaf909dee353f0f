import Glibc

/// The account that a process of the siege acts as.
enum Account {
  /// Why a process could not become one.
  struct Fault: Error, CustomStringConvertible {
    let description: String
  }

  /// Leaves root for good. The number needs no account of the host's.
  static func become(_ uid: UInt32) throws(Fault) {
    // As root each of them sets the real, the effective and the saved number.
    guard setgroups(0, nil) == 0, setgid(uid) == 0, setuid(uid) == 0
    else { throw Fault(description: "cannot become uid \(uid): errno \(errno)") }
  }
}
