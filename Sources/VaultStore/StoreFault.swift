/// Why the store cannot do what was asked. Each case is one that somebody can act on.
///
/// A fault names files, sizes and numbers; never a row, a name out of a row, or its content.
public enum StoreFault: Error, Hashable, Sendable {
  /// The disk or the quota is full (ENOSPC, EDQUOT). Works again when there is room.
  case full
  /// What was asked for would fill the disk: the free bytes that it takes, and those that there are.
  case noRoom(needed: Int64, free: Int64)
  /// The file system became or is read-only (EROFS), or the files may not be written.
  case readOnly
  /// The disk failed; SQLite's extended result code (<https://sqlite.org/rescode.html>), and errno
  /// (0 where there is none).
  case io(code: Int32, errno: Int32)
  /// The database contradicts itself or lacks its end.
  case corrupt(path: String)
  /// The file is something else than an SQLite database.
  case notADatabase(path: String)
  /// A database of another program: its `application_id` is not ours.
  case foreignDatabase(path: String, applicationID: Int32)
  /// A database that a newer envgate has written.
  case newerSchema(path: String, found: Int32, known: Int32)
  /// Another daemon holds this state directory.
  case inUse(path: String)
  /// A file or folder that others could reach, that is not ours, or that is no plain file or
  /// folder: what was found, and the command that mends it.
  case openPermissions(path: String, found: String, remedy: String)
  /// Another writer kept the database longer than the busy timeout.
  case busy
  /// Nothing there to open.
  case missing(path: String)
  /// A system call on the path failed with this errno.
  case unreachable(path: String, errno: Int32)
  /// The file system or VFS cannot carry a write-ahead log, so a commit would not be what we
  /// promise.
  case walUnavailable(path: String)
  /// A setting that the promises rest on did not take.
  case settingRefused(String)
  /// Out of memory.
  case memory
  /// A call that breaks a constraint of the schema or the order of calls: a fault of the caller.
  case misuse(code: Int32)
  /// The store was closed before.
  case closed
}

extension StoreFault: CustomStringConvertible {
  /// One sentence for a person: lower case, no full stop, a hint where there is one.
  public var description: String {
    switch self {
    case .full: "the disk of the state directory is full, so nothing was changed; free some space"
    case .noRoom(let needed, let free):
      "this needs \((needed + 1_023) >> 10) KiB of free disk, and \(free >> 10) KiB are free; free some space"
    case .readOnly: "the state directory's file system is read-only; remount it writable"
    case .io(let code, let errno):
      "the disk failed (SQLite code \(code), errno \(errno)); see the kernel's log"
    case .corrupt(let path): "\(path) is damaged; restore a backup with envgated restore"
    case .notADatabase(let path):
      "\(path) is not a database; move it away, then restore a backup with envgated restore"
    case .foreignDatabase(let path, let applicationID):
      "\(path) belongs to another program (application_id \(applicationID))"
    case .newerSchema(let path, let found, let known):
      "\(path) has schema \(found), this program knows schemas up to \(known); install the newer envgate"
    case .inUse(let path):
      "\(path) is locked by another running envgated; stop it, or name another state directory"
    case .openPermissions(let path, let found, let remedy): "\(path) is \(found); \(remedy)"
    case .busy: "another program is writing to the vault's database; stop it"
    case .missing(let path):
      "\(path) does not exist; put it back from your copy; if there never was a vault, run envgated init, which makes an empty one"
    case .unreachable(let path, let errno): "\(path) cannot be opened (errno \(errno))"
    case .walUnavailable(let path):
      "\(path) is on a file system without shared memory for a write-ahead log; use a local disk"
    case .settingRefused(let name): "SQLite refused the setting \(name)"
    case .memory: "out of memory"
    case .misuse(let code): "internal error: the store was used wrongly (SQLite code \(code))"
    case .closed: "the store is closed"
    }
  }
}
