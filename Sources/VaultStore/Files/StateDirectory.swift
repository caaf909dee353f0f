import Glibc

/// The folder that holds the database, ours alone, locked against a second daemon.
///
/// Invariant: from init to ``release()`` no other process with this code has the folder, and nobody
/// but its owner and root can reach what lies in it.
///
/// A database that exists is only looked at by name, never opened here: ``DatabaseFiles`` says why.
final class StateDirectory {
  /// The resolved path, without symbolic links.
  let path: String
  private var folder: Int32
  private var lock: Int32 = -1

  /// Opens the folder, checks who can reach it, and locks it.
  ///
  /// - Parameter create: Makes the folder, 0700, where there is none; the one above it must exist.
  init(_ given: String, create: Bool) throws(StoreFault) {
    var isNew = false
    if create {
      if unsafe mkdir(given, 0o700) == 0 {
        isNew = true
      } else if errno != EEXIST {
        throw .system(given)
      }
    }
    try FileCheck.link(given)
    guard let resolved = unsafe realpath(given, nil) else { throw .system(given) }
    // Safety: realpath allocated the string with malloc and gave it to us; it is copied, then
    // freed.
    path = unsafe String(cString: resolved)
    unsafe free(resolved)
    folder = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    guard folder >= 0 else { throw .system(path) }
    do throws(StoreFault) {
      try FileCheck.folder(folder, path)
      if isNew { try Self.sync(path + "/..") }
      try takeLock()
    } catch {
      release()
      throw error
    }
  }

  deinit { release() }

  /// Lets the folder go. Twice is once.
  func release() {
    if lock >= 0 {
      // A child between fork and exec has a copy of the descriptor, which would keep the lock.
      flock(lock, LOCK_UN)
      Glibc.close(lock)
    }
    if folder >= 0 { Glibc.close(folder) }
    lock = -1
    folder = -1
  }

  /// Finds the database and its companions to be plain files of ours that nobody else may touch.
  ///
  /// - Parameter create: Makes an empty database, 0600, where there is none; SQLite gives its other
  ///   files the same mode. The process's umask is left alone: it is shared by every thread.
  func prepareDatabase(_ name: String, create: Bool) throws(StoreFault) -> String {
    let database = path + "/" + name
    let log = try FileCheck.file(in: folder, name + "-wal", database + "-wal")
    _ = try FileCheck.file(in: folder, name + "-shm", database + "-shm")
    _ = try FileCheck.file(in: folder, name + "-journal", database + "-journal")
    if try FileCheck.file(in: folder, name, database) {
      // SQLite would throw away the log of an empty file as well.
      let size = try FileCheck.size(database)
      guard create || size > 0 else { throw .missing(path: database) }
      return database
    }
    // SQLite would throw a log away whose database is gone, and with it what was acknowledged.
    guard create && !log else { throw .missing(path: database) }
    let made = unsafe openat(
      folder, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard made >= 0 else { throw .system(database) }
    Glibc.close(made)
    // The file's own fsync does not make its name durable (fsync(2)).
    guard fsync(folder) == 0 else { throw .system(path) }
    return database
  }

  /// The room of the file system. Nil: it does not say.
  func room() -> DiskRoom? { DiskRoom(of: folder) }

  /// Calls `body` with a descriptor of a file in the folder that carries no POSIX locks, such as the log's;
  /// nil where there is none.
  func withFile<Answer>(_ name: String, _ body: (Int32) -> Answer) -> Answer? {
    let file = unsafe openat(folder, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { Glibc.close(file) }
    return body(file)
  }

  private func takeLock() throws(StoreFault) {
    let name = path + "/lock"
    _ = try FileCheck.file(in: folder, "lock", name)
    lock = unsafe openat(folder, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard lock >= 0 else { throw .system(name) }
    if flock(lock, LOCK_EX | LOCK_NB) != 0 {
      throw errno == EWOULDBLOCK ? .inUse(path: path) : .system(name)
    }
  }

  private static func sync(_ path: String) throws(StoreFault) {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(path) }
    let code = fsync(descriptor)
    let reason = errno
    Glibc.close(descriptor)
    guard code == 0 else { throw .system(path, reason) }
  }
}

extension StoreFault {
  /// What a failed system call on a path amounts to.
  static func system(_ path: String, _ reason: Int32 = Glibc.errno) -> StoreFault {
    switch reason {
    case ENOSPC, EDQUOT: .full
    case EROFS: .readOnly
    case ENOENT: .missing(path: path)
    case ENOMEM: .memory
    case ELOOP:
      .openPermissions(
        path: path, found: "a symbolic link", remedy: "put the file itself there")
    default: .unreachable(path: path, errno: reason)
    }
  }
}

extension Store {
  /// The database of a state directory, whether or not it is there.
  public static func database(in directory: String) -> String {
    directory + "/" + Schema.fileName
  }

  /// Whether a state directory holds a database; nothing of it is opened.
  public static func isThere(directory: String) -> Bool {
    // Safety: the path is lent for the call.
    unsafe access(directory + "/" + Schema.fileName, F_OK) == 0
  }
}
