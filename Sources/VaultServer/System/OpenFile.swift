import Glibc

/// An open descriptor with one owner: closed when that is gone.
struct OpenFile: ~Copyable {
  let descriptor: Int32

  /// Opens a path, close-on-exec, without waiting for a pipe's other end.
  init(
    _ path: String, _ flags: Int32 = O_RDONLY, mode: mode_t = 0
  ) throws(SystemFault) {
    descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC | O_NONBLOCK, mode)
    if descriptor < 0 { throw SystemFault("open", path) }
  }

  deinit { close(descriptor) }

  /// What the descriptor refers to, whatever its path names by now.
  func status(_ path: String) throws(SystemFault) -> stat {
    var found = stat()
    guard unsafe fstat(descriptor, &found) == 0 else { throw SystemFault("look at", path) }
    return found
  }

  /// Makes the names in a folder durable; a file's own fsync does not (fsync(2)).
  static func sync(folder path: String) throws(SystemFault) {
    let folder = try OpenFile(path, O_RDONLY | O_DIRECTORY)
    guard fsync(folder.descriptor) == 0 else { throw SystemFault("write", path) }
  }

  /// Everything up to the end of the file, at most `limit` bytes.
  /// - Throws: EFBIG where there is more.
  func bytes(_ path: String, limit: Int) throws(SystemFault) -> [UInt8] {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
      if count == 0 { return all }
      if count < 0 {
        if errno == EINTR { continue }
        throw SystemFault("read", path)
      }
      all.append(contentsOf: chunk[0..<count])
      if all.count > limit { throw SystemFault("read", path, code: EFBIG) }
    }
  }
}

extension mode_t {
  /// The kind of file.
  var kind: mode_t { self & S_IFMT }

  /// The permission bits as people write them: `0640`.
  var octal: String {
    let digits = String(self & 0o7777, radix: 8)
    return String(repeating: "0", count: Swift.max(0, 4 - digits.count)) + digits
  }
}
