import Glibc
import Testing

@testable import VaultStore

/// A file system of 16 MiB in memory, mounted in a folder of its own and unmounted with this object.
///
/// The state directory is `place/state`, where the disk is mounted a second time (a bind mount), so that it
/// can go and come back without its content.
final class SmallDisk {
  let root: String
  private var mounts: [String] = []

  /// Root in a container may not mount, so it is tried.
  static let canMount: Bool = {
    guard geteuid() == 0 else { return false }
    var template = Array("/tmp/envgate-disk-XXXXXX".utf8CString)
    guard let folder = mkdtemp(&template) else { return false }
    defer { rmdir(folder) }
    return mount("tmpfs", folder, "tmpfs", 0, "size=1m") == 0 && umount2(folder, detach) == 0
  }()

  /// MNT_DETACH of umount(2): what `umount -l` does.
  private static let detach: Int32 = 2
  private static let bind: UInt = 4096
  private static let remount: UInt = 32
  private static let readOnly: UInt = 1

  init() throws {
    var template = Array("/tmp/envgate-disk-XXXXXX".utf8CString)
    root = String(cString: try #require(mkdtemp(&template)))
    for name in ["/disk", "/other", "/place"] { try #require(mkdir(root + name, 0o700) == 0) }
    for name in ["/disk", "/other"] {
      try attach("tmpfs", root + name, "tmpfs", 0, "size=16m,mode=700")
    }
  }

  deinit {
    // Mounts that a test has made over another go first.
    for path in mounts.reversed() { umount2(path, Self.detach) }
    for name in ["/place", "/other", "/disk", ""] { rmdir(root + name) }
  }

  var directory: String { root + "/place" }
  var database: String { directory + "/vault.sqlite3" }

  /// Puts one of the two disks in the place of the state directory.
  func appear(_ name: String = "disk") throws {
    try attach(root + "/" + name, directory, nil, Self.bind, nil)
  }

  /// Takes the disk away from under whoever uses it.
  func vanish() throws {
    try #require(umount2(directory, Self.detach) == 0)
    if let last = mounts.lastIndex(of: directory) { mounts.remove(at: last) }
  }

  func setReadOnly(_ isReadOnly: Bool) throws {
    let flags = Self.bind | Self.remount | (isReadOnly ? Self.readOnly : 0)
    try #require(mount("none", directory, nil, flags, nil) == 0)
  }

  var free: Int64 {
    var found = statvfs()
    return statvfs(root + "/disk", &found) == 0 ? Int64(found.f_bavail * found.f_frsize) : -1
  }

  /// How many files of the disk this process has open, under whatever name.
  var openFiles: Int {
    let device = FileIdentity(path: root + "/disk")?.device
    return (Int32(0)..<4096).count { descriptor in
      var found = stat()
      return fstat(descriptor, &found) == 0 && FileIdentity(found).device == device
    }
  }

  /// Writes a file that leaves no more than this free; shortens it where more should be.
  func leave(_ bytes: Int64) throws {
    let file = open(root + "/disk/fill", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    try #require(file >= 0)
    defer { close(file) }
    let size = lseek(file, 0, SEEK_END)
    guard free > bytes else {
      try #require(ftruncate(file, size - Int(bytes - free)) == 0)
      return
    }
    let zeros = [UInt8](repeating: 0, count: 4096)
    while free > bytes, write(file, zeros, zeros.count) == zeros.count {}
  }

  private func attach(
    _ source: String, _ path: String, _ kind: String?, _ flags: UInt, _ data: String?
  ) throws {
    let code =
      data.map { data in mount(source, path, kind, flags, data) }
      ?? mount(source, path, kind, flags, nil)
    try #require(code == 0, "mount on \(path): errno \(errno)")
    mounts.append(path)
  }
}

/// A commit of a revocation's size: one row of 2 KiB that was there, one audit row of 300 bytes, the head.
enum SmallCommit {
  static func commit(_ number: Int64, to store: Store) throws {
    try store.begin()
    defer { store.rollback() }
    try store.put(
      .request(
        id: number % 20 + 1, environment: 1, isLive: true, revision: number,
        content: bytes(number, count: 2048), seal: bytes(number)))
    try store.appendAudit(first: number, count: 1, records: bytes(number, count: 300))
    try store.put(HeadRow(content: bytes(number), seal: bytes(number)))
    try store.commit()
  }
}

/// The bytes of blocks that a file has.
func allocated(_ path: String) -> Int64 {
  var found = stat()
  return lstat(path, &found) == 0 ? Int64(found.st_blocks) * 512 : -1
}

/// The bytes that a file holds.
func size(_ path: String) -> Int64 {
  var found = stat()
  return lstat(path, &found) == 0 ? Int64(found.st_size) : -1
}

/// What this process has open below a folder, by the names that the files have now.
func openFiles(below folder: String) -> [String] {
  (0..<1024).compactMap { descriptor in
    var target = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/fd/\(descriptor)", &target, target.count)
    let path = String(
      decoding: target[..<max(count, 0)].map(UInt8.init(bitPattern:)), as: UTF8.self)
    return path.hasPrefix(folder) ? path : nil
  }
}
