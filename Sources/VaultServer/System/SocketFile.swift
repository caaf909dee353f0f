import CLinux
import Glibc

/// Why there is no socket, with what to do about it.
enum SocketFault: Error, Hashable, CustomStringConvertible {
  /// Another process holds the lock, or listens at the path.
  case inUse(path: String)
  /// Something else was put in its place while it was made.
  case replacedMeanwhile(path: String)
  /// Something that is not a socket has the name.
  case notASocket(path: String)
  /// The folder lets everybody put a socket of theirs in its place.
  case openFolder(path: String, mode: String)
  /// A folder of a job socket is not what it must be; the command that mends it.
  case jobFolder(path: String, found: String, remedy: String)
  case system(SystemFault)

  var description: String {
    switch self {
    case .inUse(let path):
      "another process already listens at '\(path)': stop it, or name another path"
    case .replacedMeanwhile(let path):
      "'\(path)' was replaced while envgated made it: find out which account can write to its folder; a container must "
        + "mount it read-only"
    case .notASocket(let path):
      "'\(path)' exists and is not a socket, so it was not changed: move it away, or name another path"
    case .openFolder(let path, let mode):
      "every account may replace files in '\(path)' (mode \(mode)): run: chmod o-w '\(path)'"
    case .jobFolder(let path, let found, let remedy): "'\(path)' is \(found): run: \(remedy)"
    case .system(let fault): fault.description
    }
  }
}

/// The daemon's socket in the file system.
///
/// Invariants:
/// - a path that a live process listens at is never taken: a lock beside it keeps a second envgated
///   away, and what answers a connection is left alone;
/// - the file is born with its mode, so nobody connects in between whom the mode does not let in;
/// - at the end only a file that is still ours is removed.
///
/// Sendable: what changes is touched under its lock; the file of the lock stays open.
final class SocketFile: @unchecked Sendable {
  /// A listening socket and where it stands.
  struct Listener {
    /// Close-on-exec and non-blocking. Whoever serves it closes it.
    let descriptor: Int32
    let place: SocketPlace
  }
  /// Connections that may wait to be accepted. The kernel takes them in the order in which they came, whoever
  /// makes them: the fewer can wait, the sooner it is somebody's turn, and who finds no place waits in
  /// connect(2).
  static let backlog: Int32 = 64

  let path: String
  private let mode: UInt32
  private let group: UInt32?
  private let job: JobSocketFolder?
  private let lock: OpenFile
  private let bound: Locked<Listener?>
  /// Why nobody listens from the start; nil where somebody does.
  let fault: SocketFault?

  /// The listening socket and where it stands; nil where there is none.
  var listener: Listener? { bound.withLock { $0 } }

  /// Takes the lock, clears a stale socket away and listens.
  ///
  /// - Parameters:
  ///   - path: absolute, at most 107 bytes. Its folder is made, 0755, where only that is missing.
  ///   - group: the file's group; nil leaves it as it is born.
  convenience init(path: String, mode: UInt32, group: UInt32?) throws(SocketFault) {
    try Self.prepareFolder(of: path)
    try self.init(path: path, mode: mode, group: group, job: nil, lock: path + ".lock")
    if let fault { throw fault }
  }

  /// The same for a job socket, in the folder that a container mounts.
  ///
  /// What a container may have left there keeps only this socket shut (``fault``): the others are served.
  /// - Throws: what is wrong above that folder, which no container reaches, or that another daemon has the lock.
  convenience init(_ socket: Configuration.JobSocket) throws(SocketFault) {
    let folder = JobSocketFolder(socket)
    try folder.prepareAbove()
    try self.init(
      path: socket.path, mode: socket.mode, group: socket.group, job: folder, lock: folder.lock)
  }

  private init(
    path: String, mode: UInt32, group: UInt32?, job: JobSocketFolder?, lock name: String
  ) throws(SocketFault) {
    self.path = path
    self.mode = mode
    self.group = group
    self.job = job
    lock = try Self.takeLock(name, path)
    do throws(SocketFault) {
      try job?.prepareOwn()
      bound = Locked(try Self.listen(path, mode, group))
      fault = nil
    } catch {
      bound = Locked(nil)
      fault = error
    }
  }

  /// Listens again, where the path is free: the lock is still ours.
  func bindAnew() throws(SocketFault) -> Listener {
    if let job {
      try job.prepareAbove()
      try job.prepareOwn()
    } else {
      try Self.prepareFolder(of: path)
    }
    let made = try Self.listen(path, mode, group)
    bound.withLock { $0 = made }
    return made
  }

  private static func listen(
    _ path: String, _ mode: UInt32, _ group: UInt32?
  ) throws(SocketFault) -> Listener {
    try clear(path)
    var made: Int32 = -1
    var file = envgate_file_id()
    let code = unsafe envgate_listen_unix(path, mode, group ?? UInt32.max, backlog, &made, &file)
    if code == EADDRINUSE { throw .inUse(path: path) }
    if code == ESTALE { throw .replacedMeanwhile(path: path) }
    guard code == 0 else { throw .system(SystemFault("listen at", path, code: code)) }
    do throws(SystemFault) {
      return Listener(descriptor: made, place: try SocketPlace(path, file))
    } catch {
      close(made)
      throw .system(error)
    }
  }

  // A child between fork and exec has a copy of the descriptor, which would keep the lock.
  deinit { flock(lock.descriptor, LOCK_UN) }

  /// Removes the file, unless another one has its name by now. Twice is once.
  func remove() {
    if listener?.place.standing() == .own { unsafe unlink(path) }
  }

  private static func takeLock(_ name: String, _ path: String) throws(SocketFault) -> OpenFile {
    do throws(SystemFault) {
      let lock = try OpenFile(name, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
      let code = envgate_lock_file(lock.descriptor)
      guard code == 0 else { throw SystemFault("lock", name, code: code) }
      return lock
    } catch {
      throw error.code == EWOULDBLOCK ? .inUse(path: path) : .system(error)
    }
  }

  private static func prepareFolder(of path: String) throws(SocketFault) {
    let slash = path.lastIndex(of: "/") ?? path.startIndex
    let folder = slash == path.startIndex ? "/" : String(path[..<slash])
    if unsafe mkdir(folder, 0o755) == 0 {
      // Others must pass through it to the socket, whatever the umask is.
      guard unsafe chmod(folder, 0o755) == 0 else {
        throw .system(SystemFault("set the mode of", folder))
      }
    } else if errno != EEXIST {
      throw .system(SystemFault("make the folder", folder))
    }
    var found = stat()
    guard unsafe stat(folder, &found) == 0 else { throw .system(SystemFault("look at", folder)) }
    guard found.st_mode.kind == S_IFDIR else {
      throw .system(SystemFault("listen in", folder, code: ENOTDIR))
    }
    guard found.st_mode & S_IWOTH == 0 || found.st_mode & S_ISVTX != 0 else {
      throw .openFolder(path: folder, mode: found.st_mode.octal)
    }
  }

  /// Removes a socket that nobody listens at.
  private static func clear(_ path: String) throws(SocketFault) {
    var found = stat()
    guard unsafe lstat(path, &found) == 0 else {
      if errno == ENOENT { return }
      throw .system(SystemFault("look at", path))
    }
    guard found.st_mode.kind == S_IFSOCK else { throw .notASocket(path: path) }
    switch probe(path) {
    case ECONNREFUSED:
      guard unsafe unlink(path) == 0 || errno == ENOENT else {
        throw .system(SystemFault("remove the stale socket", path))
      }
    case ENOENT: break
    // Connected, a full backlog, or another kind of socket: somebody is there.
    case 0, EAGAIN, EPROTOTYPE: throw .inUse(path: path)
    case let code: throw .system(SystemFault("find out who listens at", path, code: code))
    }
  }

  /// The errno of a connection that does not wait; 0 where it was taken.
  private static func probe(_ path: String) -> Int32 {
    let made = socket(
      AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    guard made >= 0 else { return errno }
    defer { close(made) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count <= ENVGATE_UNIX_PATH_MAX else { return ENAMETOOLONG }
    // Safety: the address is ours; the path and its NUL fit.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    let code = unsafe withUnsafePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(made, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    return code == 0 ? 0 : errno
  }
}
