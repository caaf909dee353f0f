import Glibc

/// The descriptors of database files that are ours and not SQLite's, in the whole process.
///
/// Closing any descriptor of a file drops every POSIX lock that this process holds on it (fcntl(2)), SQLite's
/// too, on whichever connection of whichever thread. So a descriptor is closed with the last connection to
/// its file, whoever opened it, and each connection is counted here.
enum DatabaseFiles {
  private struct Entry {
    var connections = 0
    var descriptors: [Int32] = []
  }

  private static let entries = Guarded<[FileIdentity: Entry]>([:])

  /// Counts a connection that is about to be opened, and answers what its path names.
  static func enter(_ path: String) -> FileIdentity {
    _ = PreallocatedBlocks.areKept
    let file = FileIdentity(path: path) ?? .none
    entries.withLock { $0[file, default: Entry()].connections += 1 }
    return file
  }

  /// The connection is closed.
  static func leave(_ file: FileIdentity) {
    entries.withLock { entries in
      guard var entry = entries[file] else { return }
      entry.connections -= 1
      if entry.connections > 0 {
        entries[file] = entry
      } else {
        // Inside the lock: nobody can open a connection to it before the descriptors are closed.
        for descriptor in entry.descriptors { Glibc.close(descriptor) }
        entries[file] = nil
      }
    }
  }

  /// A descriptor of a file that the caller has a connection to, for as long as it has; nil where the path
  /// does not lead to it.
  static func descriptor(of file: FileIdentity, at path: String) -> Int32? {
    entries.withLock { entries in
      if let known = entries[file]?.descriptors.first { return known }
      if let (opened, met) = open(path), !keep(opened, of: met, in: &entries) {
        Glibc.close(opened)
      }
      return entries[file]?.descriptors.first
    }
  }

  /// Frees the blocks beyond the end of a database, which were its reserve.
  static func giveReserveBack(_ path: String) {
    entries.withLock { entries in
      guard let (opened, met) = open(path) else { return }
      var found = stat()
      if unsafe fstat(opened, &found) == 0 { ftruncate(opened, found.st_size) }
      if !keep(opened, of: met, in: &entries) { Glibc.close(opened) }
    }
  }

  /// Keeps a descriptor for as long as there are connections to its file; false: there are none.
  private static func keep(
    _ descriptor: Int32, of file: FileIdentity, in entries: inout [FileIdentity: Entry]
  ) -> Bool {
    guard entries[file] != nil else { return false }
    entries[file]?.descriptors.append(descriptor)
    return true
  }

  private static func open(_ path: String) -> (descriptor: Int32, file: FileIdentity)? {
    let opened = unsafe Glibc.open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard opened >= 0 else { return nil }
    var found = stat()
    // It cannot fail on an open descriptor, which may not be closed as long as its file is unknown.
    guard unsafe fstat(opened, &found) == 0 else { return nil }
    return (opened, FileIdentity(found))
  }
}
