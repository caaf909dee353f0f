import Glibc

/// The room of a file system: the bytes that we could have, and all.
struct DiskRoom {
  let free: Int64
  let size: Int64

  init(free: Int64, size: Int64) {
    self.free = free
    self.size = size
  }

  /// Nil: it does not say.
  init?(of descriptor: Int32) {
    var found = statvfs()
    guard unsafe fstatvfs(descriptor, &found) == 0 else { return nil }
    self.init(found)
  }

  /// Nil: it does not say.
  init?(at path: String) {
    var found = statvfs()
    guard unsafe statvfs(path, &found) == 0 else { return nil }
    self.init(found)
  }

  private init(_ found: statvfs) {
    func bytes(_ blocks: UInt) -> Int64 {
      let (product, isTooMuch) = Int64(clamping: blocks)
        .multipliedReportingOverflow(by: Int64(clamping: found.f_frsize))
      return isTooMuch ? .max : product
    }
    (free, size) = (bytes(found.f_bavail), bytes(found.f_blocks))
  }

  /// Below so many free bytes the disk is scarce.
  var mark: Int64 { min(16 << 20, size / 20) }
  /// From so many on it is ample again.
  var ample: Int64 { mark + mark / 2 }
}
