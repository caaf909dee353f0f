import CLinux
import Glibc

/// One connected Unix stream socket, closed when this value ends and never inherited by a child.
struct UnixSocket: ~Copyable {
  let descriptor: Int32
  let path: String

  /// The longest that a full listen queue is waited for, in milliseconds.
  private static let patience: Int32 = 10_000

  /// - Parameter deadline: up to when a full listen queue is waited for, where that is sooner.
  init(path: String, deadline: WaitDeadline? = nil) throws(ClientFault) {
    self.init(adopting: try Self.connected(to: path, deadline), path: path)
  }

  /// Takes over a connected socket.
  init(adopting descriptor: Int32, path: String = "") {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { _ = close(descriptor) }

  /// A descriptor that is connected to a path.
  static func connected(
    to path: String, _ deadline: WaitDeadline?
  ) throws(ClientFault) -> Int32 {
    var address = sockaddr_un()
    let capacity = MemoryLayout.size(ofValue: address.sun_path)
    let bytes = Array(path.utf8)
    // A name with a NUL would connect to another socket than the one that was named.
    guard !bytes.isEmpty, !bytes.contains(0) else { throw .noDaemon(path: path) }
    guard bytes.count < capacity else { throw .pathTooLong(limit: capacity - 1) }
    address.sun_family = sa_family_t(AF_UNIX)
    // Safety: sun_path is a tuple inside the local struct; the length was checked above.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { field in
      unsafe field.copyBytes(from: bytes)
    }
    let descriptor = socket(
      AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw .system(call: "socket", error: errno) }
    // A listener could send one whose closing holds us up; an older kernel cannot refuse it.
    _ = envgate_refuse_descriptors(descriptor)
    let failure = Self.connect(descriptor, address, min(Self.patience, deadline?.remaining ?? .max))
    guard failure == 0 else {
      _ = close(descriptor)
      throw Self.fault(failure, path)
    }
    return descriptor
  }

  /// Refuses a listener that may not see what is to be sent.
  func requireTrustedServer(_ cargo: ServerIdentity.Cargo) throws(ClientFault) {
    var credentials = envgate_credentials()
    // Safety: the callee fills the local struct during the call.
    let failure = unsafe envgate_peer_credentials(descriptor, &credentials)
    guard failure == 0 else {
      throw .system(call: "SO_PEERCRED", error: failure)
    }
    let trusted = ServerIdentity.isTrusted(
      listener: credentials.uid, fileOwner: FileOwner(path: path)?.uid, caller: geteuid(),
      cargo: cargo, unknown: ServerIdentity.unknownID())
    guard trusted else { throw .untrustedServer(path: path, uid: credentials.uid) }
  }

  /// Whether the other end is still open. What came from it and was not read changes nothing.
  var isAlive: Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    var result: Int32
    // Safety: the kernel reads and fills the one local struct during the call.
    repeat { result = unsafe poll(&entry, 1, 0) } while result < 0 && errno == EINTR
    if result == 0 { return true }
    let ended = Int16(POLLHUP) | Int16(POLLERR) | Int16(POLLNVAL)
    guard result > 0, entry.revents & ended == 0 else { return false }
    // Only the writing side may have been closed, of which poll tells as of something to read.
    var byte: UInt8 = 0
    // Safety: the kernel fills the one local byte during the call.
    let count = unsafe recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
    return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR))
  }

  /// Connects and returns 0 or errno. A Unix socket may be connected again after EINTR.
  private static func connect(
    _ descriptor: Int32, _ address: sockaddr_un, _ milliseconds: Int32
  ) -> Int32 {
    // Zero would be without end (socket(7)).
    let wait = max(1, Int(milliseconds))
    var patience = timeval(tv_sec: wait / 1_000, tv_usec: wait % 1_000 * 1_000)
    // Safety: the kernel reads the local struct during the call. Its failure only costs the time-out.
    _ = unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var address = address
    while true {
      // Safety: the kernel reads the local struct during the call; sockaddr is its common prefix.
      let result = unsafe withUnsafeBytes(of: &address) { bytes -> Int32 in
        guard let base = bytes.baseAddress else { return -1 }
        return unsafe Glibc.connect(
          descriptor, base.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
      }
      if result == 0 { return 0 }
      if errno != EINTR { return errno }
    }
  }

  private static func fault(_ error: Int32, _ path: String) -> ClientFault {
    switch error {
    case ENOENT, ENOTDIR, ELOOP: .noDaemon(path: path)
    case ECONNREFUSED:
      FileOwner(path: path)?.isSocket == false ? .notASocket(path: path) : .staleSocket(path: path)
    case EPROTOTYPE, ENOTSOCK: .notASocket(path: path)
    case EACCES, EPERM: .noPermission(path: path)
    case EAGAIN: .busy(path: path)
    default: .system(call: "connect", error: error)
    }
  }
}

/// Who owns the file at a path, and whether it is a socket. Symbolic links are followed, as connect(2) does.
struct FileOwner {
  let uid: UInt32
  let isSocket: Bool

  init?(path: String) {
    var status = stat()
    // Safety: the kernel fills the local struct during the call; the path is lent for as long.
    guard unsafe stat(path, &status) == 0 else { return nil }
    uid = status.st_uid
    isSocket = status.st_mode & S_IFMT == S_IFSOCK
  }
}
