import CSQLite
import Glibc

extension StoreFault {
  /// The fault of a call on this connection that has just answered `code`.
  @unsafe
  init(code: Int32, on connection: OpaquePointer?, path: String) {
    let errno = unsafe envgate_sqlite3_errno(connection, code)
    self.init(code: code, errno: errno, path: path)
  }

  /// The fault that an extended result code and the errno behind it amount to.
  ///
  /// errno decides first where SQLite has no code of its own: a full quota is SQLITE_IOERR_WRITE, a
  /// remount to read-only as well.
  init(code: Int32, errno: Int32, path: String) {
    switch code & 0xFF {
    case SQLITE_FULL: self = .full
    case SQLITE_READONLY: self = .readOnly
    case SQLITE_CORRUPT: self = .corrupt(path: path)
    case SQLITE_NOTADB: self = .notADatabase(path: path)
    case SQLITE_BUSY, SQLITE_LOCKED: self = .busy
    case SQLITE_NOMEM: self = .memory
    case SQLITE_IOERR, SQLITE_CANTOPEN:
      switch errno {
      case ENOSPC, EDQUOT: self = .full
      case EROFS: self = .readOnly
      default:
        self =
          code & 0xFF == SQLITE_CANTOPEN
          ? .unreachable(path: path, errno: errno) : .io(code: code, errno: errno)
      }
    default: self = .misuse(code: code)
    }
  }
}
