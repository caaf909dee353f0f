import Glibc

/// What the kernel tells of renames in the folders of sockets (inotify(7)): what somebody moves away and back
/// between two looks is seen too, in whichever mount they do it.
struct FolderEvents: ~Copyable {
  /// -1 where there is none; then only the look each second counts.
  let descriptor: Int32
  private var names: [Int32: Set<String>] = [:]

  init() { descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC)) }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Whether the folder of a socket is watched from here on.
  mutating func watch(_ path: String) -> Bool {
    let mask = UInt32(IN_MOVED_FROM) | UInt32(IN_MOVED_TO) | UInt32(IN_DELETE)
    let watch = unsafe inotify_add_watch(
      descriptor, FilePath.parent(path), mask | UInt32(IN_ONLYDIR) | UInt32(IN_DONT_FOLLOW))
    guard watch >= 0 else { return false }
    names[watch, default: []].insert(path)
    return true
  }

  /// The sockets whose name was moved away, or over which something was moved, as far as one reading says.
  ///
  /// Where the kernel has lost count (IN_Q_OVERFLOW) it names none: one folder that somebody else may write must
  /// not have the sockets of others taken for replaced, and what stands at each path is looked at all the same.
  func moved() -> Set<String> {
    var moved: Set<String> = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe read(descriptor, &buffer, buffer.count)
    var start = 0
    // Four numbers of 32 bits, the last one the length of the name that follows.
    while start + 16 <= count {
      let header = unsafe buffer.withUnsafeBytes { bytes in
        unsafe (
          watch: bytes.loadUnaligned(fromByteOffset: start, as: Int32.self),
          mask: bytes.loadUnaligned(fromByteOffset: start + 4, as: UInt32.self),
          length: bytes.loadUnaligned(fromByteOffset: start + 12, as: UInt32.self)
        )
      }
      let end = min(count, start + 16 + Int(header.length))
      let name = String(decoding: buffer[(start + 16)..<end].prefix { $0 != 0 }, as: UTF8.self)
      start = end
      guard header.mask & (UInt32(IN_MOVED_FROM) | UInt32(IN_MOVED_TO)) != 0 else { continue }
      for path in names[header.watch] ?? [] where path.hasSuffix("/" + name) {
        moved.insert(path)
      }
    }
    return moved
  }
}
