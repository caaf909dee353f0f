import CFaultVFS
import Glibc
import Synchronization
import Testing

@testable import VaultStore

/// A state directory of a test's own, on a VFS of its own that fails on demand.
final class Workbench {
  let root: String
  let directory: String
  let vfs: OpaquePointer
  var options: StoreOptions

  private static let counter = Atomic<Int>(0)

  init(backstopFrames: Int32 = 16_384) throws {
    let number = Self.counter.add(1, ordering: .relaxed).newValue
    // Memory where there is some: what survives a power cut is decided by the VFS, not by the disk.
    let base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    var template = Array("\(base)/envgate-store-XXXXXX".utf8CString)
    root = String(cString: try #require(mkdtemp(&template)))
    directory = root + "/state"
    let name = "envgate-fault-\(number)"
    vfs = try #require(fault_vfs_create(name))
    options = StoreOptions()
    options.vfs = name
    options.backstopFrames = backstopFrames
    options.busyMilliseconds = 0
  }

  deinit {
    fault_vfs_destroy(vfs)
    for folder in [directory, root] {
      if let stream = opendir(folder) {
        while let entry = readdir(stream) {
          let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
          }
          unlink(folder + "/" + name)
        }
        closedir(stream)
      }
      rmdir(folder)
    }
  }

  var database: String { directory + "/vault.sqlite3" }

  func open(create: Bool = true) throws -> Store {
    try Store(directory: directory, create: create, options: options)
  }

  /// A raw connection, as another program would have one.
  func stranger() throws -> Connection {
    try Connection(path: database, access: .readWrite, vfs: nil)
  }

  /// Whether bytes stand anywhere in the database's file.
  func holds(_ needle: [UInt8]) throws -> Bool {
    let descriptor = Glibc.open(database, O_RDONLY | O_CLOEXEC)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: Int(lseek(descriptor, 0, SEEK_END)))
    try #require(pread(descriptor, &bytes, bytes.count, 0) == bytes.count)
    guard let first = needle.first else { return true }
    return bytes.withUnsafeBytes { bytes in
      var next = bytes.baseAddress
      let end = bytes.baseAddress.map { $0 + bytes.count - needle.count + 1 }
      while let place = next, let end, place < end {
        guard let found = memchr(place, Int32(first), end - place) else { return false }
        if memcmp(found, needle, needle.count) == 0 { return true }
        next = UnsafeRawPointer(found) + 1
      }
      return false
    }
  }

  func arm(_ kind: fault_kind, at operation: UInt64 = 1, detail: Int32 = 0, seed: UInt64 = 0) {
    fault_vfs_reset_counts(vfs)
    fault_vfs_arm(vfs, kind, operation, detail, seed)
  }

  func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o600) throws {
    let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode)
    try #require(descriptor >= 0)
    defer { Glibc.close(descriptor) }
    #expect(fchmod(descriptor, mode) == 0)
    #expect(
      bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) } == bytes.count)
  }

  func read(_ path: String) throws -> [UInt8] {
    let descriptor = Glibc.open(path, O_RDONLY)
    try #require(descriptor >= 0)
    defer { Glibc.close(descriptor) }
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      guard count > 0 else { return all }
      all += chunk[..<count]
    }
  }
}

/// The fault that a call throws; nil: it threw none.
func fault(_ body: () throws -> Void) throws -> StoreFault? {
  do {
    try body()
    return nil
  } catch let fault as StoreFault {
    return fault
  }
}

extension Store {
  func audit(from sequence: Int64 = 1) throws(StoreFault) -> [AuditRow] {
    try all { row throws(StoreFault) in try connection.forEachAudit(from: sequence, row) }
  }
}

extension StoreReader {
  func audit(from sequence: Int64 = 1) throws(StoreFault) -> [AuditRow] {
    try all { row throws(StoreFault) in try forEachAudit(from: sequence, row) }
  }
}

private func all(
  _ forEach: (@escaping (AuditRow) -> Bool) throws(StoreFault) -> Void
) throws(StoreFault) -> [AuditRow] {
  var rows: [AuditRow] = []
  try forEach { row in
    rows.append(row)
    return true
  }
  return rows
}
