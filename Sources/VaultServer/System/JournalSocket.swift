import CLinux
import Glibc

/// The socket of journald's native protocol: one entry a datagram (systemd.journal-fields(7)).
///
/// Each entry is sent to the path, so that a restarted journald is found again.
struct JournalSocket: Sendable {
  static let usualPath = "/run/systemd/journal/socket"
  /// How long the journal may keep an entry waiting, in seconds; then it goes to stderr.
  private static let patience = 2

  private let path: [UInt8]
  private let descriptor: Int32

  /// The journal, where what this process writes to stderr goes there anyway (`$JOURNAL_STREAM` of systemd.exec(5)); nil
  /// where it goes elsewhere, as with a person who redirects it.
  init?(_ variable: (String) -> String?, stream: Int32 = STDERR_FILENO, path: String = usualPath) {
    var found = stat()
    guard let named = variable("JOURNAL_STREAM"), unsafe fstat(stream, &found) == 0,
      named == "\(found.st_dev):\(found.st_ino)"
    else { return nil }
    self.init(path: path)
  }

  init?(path: String) {
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    self.path = Array(path.utf8)
    guard descriptor >= 0, self.path.count <= Int(ENVGATE_UNIX_PATH_MAX) else { return nil }
    var patience = timeval(tv_sec: Self.patience, tv_usec: 0)
    unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  /// Whether the journal has taken an entry.
  func send(_ entry: [UInt8]) -> Bool {
    var target = sockaddr_un()
    target.sun_family = sa_family_t(AF_UNIX)
    // Safety: the address is ours, and the path was measured.
    unsafe withUnsafeMutableBytes(of: &target.sun_path) { unsafe $0.copyBytes(from: path) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    while true {
      let sent = unsafe withUnsafePointer(to: &target) { target in
        unsafe target.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
          unsafe sendto(descriptor, entry, entry.count, Int32(MSG_NOSIGNAL), target, size)
        }
      }
      if sent < 0 && errno == EINTR { continue }
      return sent == entry.count
    }
  }
}
