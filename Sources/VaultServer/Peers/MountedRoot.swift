import Glibc

/// What is mounted as the root of a process, as its `mountinfo` has it (proc(5)).
struct MountedRoot: Hashable, Sendable {
  /// The number of the mount, which no other mount of the host has while it is mounted.
  let mount: String
  /// The device and the folder of it that are mounted.
  let place: String

  /// Reads a list of mounts up to its end, or up to where a mount that we know has the place at `/`: then the
  /// namespace is the same, and so is all that follows.
  ///
  /// - Parameter isOver: whether whoever asks has given up.
  /// - Returns: the last mount at `/`, nil where there is none, as in a chroot; and the bytes that were read.
  /// - Throws: EFBIG where the list is longer than `limit`, ETIME where nobody waits for it any more.
  static func find(
    _ path: String, limit: Int, known: MountedRoot? = nil, isOver: () -> Bool = { false }
  ) throws(SystemFault) -> (root: MountedRoot?, length: Int) {
    let file = try OpenFile(path)
    var chunk = [UInt8](repeating: 0, count: 16_384)
    var begun: [UInt8] = []
    var found: MountedRoot?
    var length = 0
    while true {
      let count = unsafe read(file.descriptor, &chunk, chunk.count)
      if count == 0 { return (found, length) }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw SystemFault("read", path)
      }
      length += count
      if length > limit { throw SystemFault("read", path, code: EFBIG) }
      if isOver() { throw SystemFault("read", path, code: ETIME) }
      begun += chunk[..<count]
      guard let last = begun.lastIndex(of: 0x0A) else { continue }
      for line in begun[..<last].split(separator: 0x0A) {
        guard let root = MountedRoot(line) else { continue }
        if let known, root == known { return (root, length) }
        found = root
      }
      begun.removeFirst(last + 1)
    }
  }

  /// Reads one line; nil where it is not about `/`.
  init?(_ line: some Collection<UInt8>) {
    let fields = line.split(separator: 0x20, maxSplits: 5)
    guard fields.count == 6, fields[4].elementsEqual([0x2F]) else { return nil }
    mount = String(decoding: fields[0], as: UTF8.self)
    place =
      String(decoding: fields[2], as: UTF8.self) + " " + String(decoding: fields[3], as: UTF8.self)
  }
}
