import CSQLite
import Glibc

/// Makes SQLite leave preallocated blocks alone, in the whole process.
///
/// After each complete checkpoint SQLite cuts the database to the size that it mostly has already. ext4,
/// XFS and tmpfs then free every block beyond the end, and with them the reserve, which is never as much
/// needed as then. So ftruncate(2) to the size that a file has becomes nothing, as POSIX would have it.
enum PreallocatedBlocks {
  /// Whether it took; asked for before the first connection.
  static let areKept: Bool = {
    guard let system = unsafe sqlite3_vfs_find("unix"), unsafe system.pointee.iVersion >= 3,
      let replace = unsafe system.pointee.xSetSystemCall
    else { return false }
    let truncate: @convention(c) (Int32, off_t) -> Int32 = { file, size in
      var now = stat()
      if unsafe fstat(file, &now) == 0, now.st_size == size { return 0 }
      return ftruncate(file, size)
    }
    // Safety: SQLite keeps the pointer as an untyped function and calls it with ftruncate's own types
    // (osFtruncate in os_unix.c). A function without captures lives as long as the process.
    let untyped = unsafe unsafeBitCast(truncate, to: sqlite3_syscall_ptr.self)
    return unsafe replace(system, "ftruncate", untyped) == SQLITE_OK
  }()
}
