import Glibc
import Synchronization

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

  private static let entries = Mutex<[FileIdentity: Entry]>([:])

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
      let opened = unsafe Glibc.open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
      guard opened >= 0 else { return nil }
      var found = stat()
      guard unsafe fstat(opened, &found) == 0 else { return nil }
      let met = FileIdentity(found)
      if entries[met] == nil {
        Glibc.close(opened)
      } else {
        // Also where it is another file than was asked for: that one has connections as well.
        entries[met]?.descriptors.append(opened)
      }
      return entries[file]?.descriptors.first
    }
  }
}
