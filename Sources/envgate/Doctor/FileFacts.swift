import Glibc

/// Who owns a file and who may do what to it. Links are followed.
struct FileFacts {
  let uid: UInt32
  let gid: UInt32
  let mode: UInt32

  /// - Throws: ``Unseen`` where it cannot be looked at.
  init(_ path: String) throws(Unseen) {
    var status = stat()
    // Safety: the kernel fills the local struct during the call; the path is lent for as long.
    guard unsafe stat(path, &status) == 0 else { throw Unseen(error: errno) }
    uid = status.st_uid
    gid = status.st_gid
    mode = status.st_mode
  }

  /// A file that could not be looked at, and errno.
  struct Unseen: Error {
    let error: Int32
    /// Whether it is for this account not to see.
    var isHidden: Bool { error == EACCES || error == EPERM }
    var text: String { SystemText.of(error) }
  }

  var isSocket: Bool { mode & S_IFMT == S_IFSOCK }
  var isSticky: Bool { mode & UInt32(S_ISVTX) != 0 }
  var permissions: UInt32 { mode & 0o7777 }
  var isWritableByGroup: Bool { mode & 0o020 != 0 }
  var isWritableByAll: Bool { mode & 0o002 != 0 }

  /// `0660 root:envgate`
  var text: String {
    let octal = String(permissions, radix: 8)
    let owner = HostAccount(uid: uid)?.name ?? "uid \(uid)"
    return String(repeating: "0", count: max(0, 4 - octal.count)) + octal
      + " \(owner):\(HostAccount.group(gid))"
  }

  /// Who may change what a folder holds, beside its owner; nil where nobody may.
  ///
  /// In a sticky folder everybody may add to it, and take away nothing but their own.
  static func whoElseWrites(to folder: String) throws(Unseen) -> String? {
    let facts = try FileFacts(folder)
    if facts.isWritableByAll { return facts.isSticky ? nil : "everybody" }
    if facts.isWritableByGroup, facts.gid != 0, !facts.isSticky {
      return "group \(HostAccount.group(facts.gid))"
    }
    return nil
  }

  /// The bytes of a file that may be read and is no longer than a limit; nil else.
  static func bytes(of path: String, limit: Int) -> [UInt8]? {
    // A pipe in its place would be waited at for ever.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { _ = close(descriptor) }
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while true {
      // Safety: the kernel fills the local array up to its size during the call.
      let count = unsafe read(descriptor, &chunk, chunk.count)
      if count == 0 { return all }
      if count < 0 {
        if errno == EINTR { continue }
        return nil
      }
      all += chunk[..<count]
      if all.count > limit { return nil }
    }
  }
}
