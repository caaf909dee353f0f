import Glibc
import SecretMemory

/// Why a file for a secret was not made.
enum SecretFileFault: Error, Hashable, CustomStringConvertible {
  case exists(path: String)
  case noFolder(String)
  case system(SystemFault)

  var description: String {
    switch self {
    case .exists(let path): "'\(path)' exists already; it was not changed: name another file"
    case .noFolder(let folder): "there is no folder '\(folder)': make it, or name another file"
    case .system(let fault): fault.description
    }
  }
}

/// A new file with a secret and nothing else, 0600, durable once it is made.
enum SecretFile {
  /// - Parameters:
  ///   - owner: whose the file becomes, before the secret is in it; nil leaves it ours.
  ///   - parts: what it holds, one after the other.
  /// - Throws: `exists` where there is something by that name, which is left alone.
  static func create(
    _ path: String, owner: VaultOwner? = nil, parts: [SecretBuffer]
  ) throws(SecretFileFault) {
    let descriptor = unsafe Glibc.open(
      path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      switch errno {
      case EEXIST: throw .exists(path: path)
      case ENOENT: throw .noFolder(FilePath.parent(path))
      default: throw .system(SystemFault("create", path))
      }
    }
    defer { close(descriptor) }
    do throws(SystemFault) {
      guard fchmod(descriptor, 0o600) == 0 else { throw SystemFault("set the mode of", path) }
      if let owner {
        guard fchown(descriptor, owner.uid, owner.gid) == 0 else {
          throw SystemFault("give away", path)
        }
      }
      for part in parts {
        // Safety: the bytes are lent for this call; so few go to a file in one piece or not at all.
        let count = unsafe part.withUnsafeBytes {
          unsafe write(descriptor, $0.baseAddress, $0.count)
        }
        guard count == part.count else {
          throw SystemFault("write", path, code: count < 0 ? errno : ENOSPC)
        }
      }
      guard fsync(descriptor) == 0 else { throw SystemFault("write", path) }
      try OpenFile.sync(folder: FilePath.parent(path))
    } catch {
      unsafe unlink(path)
      throw .system(error)
    }
  }
}
