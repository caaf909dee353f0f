import Glibc

/// What the kernel tells of one socket's name in its folder (inotify(7)): what somebody moves away and back, or
/// makes and removes, between two looks is seen too, in whichever mount they do it.
///
/// Invariant: each socket has events of its own, so however much somebody who may write to one folder does there,
/// nothing that happens to another socket is lost.
final class FolderEvents: Sendable {
  /// What happened to the name since the last reading.
  struct News: Hashable {
    /// Something was moved away from the name, or over it.
    var isMoved = false
    /// How often something was made under the name.
    var made = 0
    /// More happened in the folder than the kernel keeps, and some of it is not known.
    var isLost = false
  }

  /// -1 where there is none; then only the look each second counts.
  let descriptor: Int32
  private let path: String

  init(_ path: String) {
    self.path = path
    descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Whether the folder that stands at its path now is watched from here on; one that stood there before stays
  /// watched.
  func watch() -> Bool {
    let mask = IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE | IN_DELETE
    return unsafe inotify_add_watch(
      descriptor, FilePath.parent(path), UInt32(mask) | UInt32(IN_ONLYDIR) | UInt32(IN_DONT_FOLLOW))
      >= 0
  }

  /// All that happened since the last time.
  func news() -> News {
    var news = News()
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe read(descriptor, &buffer, buffer.count)
      guard count > 0 else { return news }
      note(buffer[..<count], &news)
      // Whoever writes faster than this reads is not followed for ever.
      if news.isLost { return news }
    }
  }

  private func note(_ bytes: ArraySlice<UInt8>, _ news: inout News) {
    var rest = bytes
    // Four numbers of 32 bits, the second what happened, the last one the length of the name that follows.
    while rest.count >= 16 {
      func number(_ index: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(rest[rest.startIndex + index * 4 + $1]) << (8 * $1) }
      }
      let mask = Int32(bitPattern: number(1))
      let name = rest.dropFirst(16).prefix(Int(number(3)))
      rest = rest.dropFirst(16 + name.count)
      if mask & IN_Q_OVERFLOW != 0 { news.isLost = true }
      guard path.hasSuffix("/" + String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)) else {
        continue
      }
      if mask & (IN_MOVED_FROM | IN_MOVED_TO) != 0 { news.isMoved = true }
      if mask & IN_CREATE != 0 { news.made += 1 }
    }
  }
}
