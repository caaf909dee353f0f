import Glibc

/// Which file it is, whatever it is called: device and inode.
///
/// While a descriptor of the file is open neither of them is given to another file.
struct FileIdentity: Hashable, Sendable {
  let device: UInt64
  let inode: UInt64

  /// The file that a path names now; nil where it names none.
  ///
  /// A symbolic link is a file of its own: the store never has one open.
  init?(path: String) {
    var found = stat()
    guard unsafe lstat(path, &found) == 0 else { return nil }
    self.init(found)
  }

  init(_ found: stat) {
    device = UInt64(found.st_dev)
    inode = UInt64(found.st_ino)
  }

  /// No file's.
  static let none = FileIdentity(device: .max, inode: .max)

  private init(device: UInt64, inode: UInt64) {
    self.device = device
    self.inode = inode
  }
}

extension StoreFault {
  /// The path names another file than the one that is open, or none.
  static func displaced(_ path: String) -> StoreFault {
    .unreachable(path: path, errno: FileIdentity(path: path) == nil ? ENOENT : ESTALE)
  }
}
