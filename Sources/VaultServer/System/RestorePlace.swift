import CLinux
import Glibc
import VaultEngine

/// Why a backup is not restored here, with what to do about it.
enum RestoreFault: Error, Hashable, CustomStringConvertible {
  /// There is something else than a vault in the state directory.
  case taken(path: String, uid: UInt32, gid: UInt32)
  case leftover(path: String)
  case busy(path: String)
  case mounted(path: String)
  case system(SystemFault)

  var description: String {
    switch self {
    case .taken(let path, let uid, let gid):
      "'\(path)' holds files that are not a vault, and nothing is overwritten: move it away: "
        + "mv '\(path)' '\(path).old' && install -d -m 0700 -o \(uid) -g \(gid) '\(path)'"
    case .leftover(let path):
      "'\(path)' is left from an earlier restore: look at it, then move it away"
    case .busy(let path):
      "another envgated works in '\(path)': let it finish, then try again"
    case .mounted(let path):
      "'\(path)' is a mount point, which cannot be replaced: name a folder in it as state_directory"
    case .system(let fault): fault.description
    }
  }
}

/// A new folder beside the state directory, which takes its place by one rename once it is whole.
///
/// Invariants:
/// - a folder with the mark is not whole, and nobody needs it; the mark goes just before the rename;
/// - a folder without it holds a vault that a killed restore has put together or taken out: it is kept;
/// - only whoever holds the folder's lock writes to it or removes it: a restore that is at work loses nothing to a
///   second one. The lock goes with the process, so that what a killed one left can be removed.
final class RestorePlace {
  let target: String
  /// Where the vault is put together.
  let folder: String
  /// Whether a vault is there that goes on.
  let holdsVault: Bool
  private let exists: Bool
  private let owner: VaultOwner?
  /// Holds the lock of ``folder``, until it has taken its place.
  private var lock: OpenFile?

  private static let mark = "unfinished"
  /// What a restore writes: all else is somebody else's.
  private static let names = [
    mark, "lock", "vault.sqlite3", "vault.sqlite3-wal", "vault.sqlite3-shm",
    "vault.sqlite3-journal", "backup.copy",
  ]
  /// What an empty state directory may hold.
  private static let nothing: Set<String> = [".", "..", "lock"]
  /// What goes on with a vault: segments of its record.
  private static let archive = "archive"

  /// Looks at the state directory; nothing is changed.
  init(_ target: String, owner: VaultOwner?) throws(RestoreFault) {
    self.target = target
    self.owner = owner
    folder = target + ".restoring"
    var found = stat()
    exists = unsafe lstat(target, &found) == 0
    let names = exists ? Self.contents(of: target) : []
    holdsVault = names.contains("vault.sqlite3")
    guard exists else { return }
    if !holdsVault, !names.isSubset(of: Self.nothing) {
      throw .taken(path: target, uid: found.st_uid, gid: found.st_gid)
    }
    var above = stat()
    if unsafe lstat(FilePath.parent(target), &above) == 0, above.st_dev != found.st_dev {
      throw .mounted(path: target)
    }
  }

  /// Keeps a daemon off a state directory without a vault, where there is one.
  func hold() throws(EngineFault) -> HeldDirectory? {
    exists && !holdsVault ? try HeldDirectory(target) : nil
  }

  /// Makes the folder, 0700, for whoever owns the state directory, in place of what a restore left that was killed.
  /// - Returns: where a vault is kept that had been left there; nil where none had.
  @discardableResult
  func begin() throws(RestoreFault) -> String? {
    var found = stat()
    if unsafe lstat(folder, &found) == 0 { lock = try Self.locked(folder) }
    let left = Self.contents(of: folder)
    var kept: String?
    if left.contains("vault.sqlite3"), !left.contains(Self.mark) {
      let name = Self.unused("\(target).replaced")
      guard unsafe rename(folder, name) == 0 else { throw .system(SystemFault("rename", folder)) }
      kept = name
    }
    try begin(folder)
    lock = try Self.locked(folder)
    try begin(unpacked)
    return kept
  }

  private static func locked(_ path: String) throws(RestoreFault) -> OpenFile {
    do throws(SystemFault) {
      let file = try OpenFile(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
      guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 else { throw SystemFault("lock", path) }
      var named = stat()
      let held = try file.status(path)
      // Another restore may have put its folder there meanwhile.
      guard unsafe lstat(path, &named) == 0, named.st_ino == held.st_ino,
        named.st_dev == held.st_dev
      else { throw SystemFault("lock", path, code: EWOULDBLOCK) }
      return file
    } catch {
      switch error.code {
      case EWOULDBLOCK, ENOENT: throw .busy(path: path)
      case ENOTDIR, ELOOP: throw .leftover(path: path)
      default: throw .system(error)
      }
    }
  }

  private func begin(_ path: String) throws(RestoreFault) {
    let left = Self.contents(of: path)
    if left.isSubset(of: [".", ".."]) {
      unsafe rmdir(path)
    } else {
      guard left.contains(Self.mark) else { throw .leftover(path: path) }
      discard(path)
    }
    guard unsafe mkdir(path, 0o700) == 0 else {
      throw errno == EEXIST ? .busy(path: path) : .system(SystemFault("create", path))
    }
    let made = unsafe open(
      path + "/" + Self.mark, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard made >= 0 else { throw .system(SystemFault("create", path + "/" + Self.mark)) }
    close(made)
    if let owner {
      guard unsafe chown(path, owner.uid, owner.gid) == 0,
        unsafe chown(path + "/" + Self.mark, owner.uid, owner.gid) == 0
      else { throw .system(SystemFault("give away", path)) }
    }
  }

  /// Puts the folder in the place of the state directory, by one rename; all of it is durable when this returns.
  /// - Parameter time: names the folder that keeps the vault which was there, in milliseconds since the epoch.
  /// - Returns: that folder; nil where there was no vault.
  func finish(at time: Int64) throws(RestoreFault) -> String? {
    discard(unpacked)
    unsafe unlink(folder + "/" + Self.mark)
    try Self.sync(folder)
    if exists {
      let code = unsafe envgate_exchange(folder, target)
      guard code == 0 else {
        if code == EBUSY || code == EXDEV { throw .mounted(path: target) }
        throw .system(SystemFault("rename", folder, code: code))
      }
    } else {
      guard unsafe rename(folder, target) == 0 else { throw .system(SystemFault("rename", folder)) }
    }
    // What has the folder's name from here on is another's.
    lock = nil
    let kept = holdsVault ? Self.unused("\(target).replaced-\(time / 1_000)") : nil
    if let kept {
      unsafe rename(folder + "/" + Self.archive, target + "/" + Self.archive)
      guard unsafe rename(folder, kept) == 0 else { throw .system(SystemFault("rename", folder)) }
    } else if exists {
      // What has its name now held nothing.
      unsafe unlink(folder + "/lock")
      unsafe rmdir(folder)
    }
    try Self.sync(FilePath.parent(target))
    return kept
  }

  /// Removes what a restore has written, and nothing else: a folder without its mark stays.
  func discard() {
    if lock == nil { return }
    for path in [unpacked, folder] { discard(path) }
  }

  private func discard(_ path: String) {
    guard Self.contents(of: path).contains(Self.mark) else { return }
    for name in Self.names.reversed() { unsafe unlink(path + "/" + name) }
    unsafe rmdir(path)
  }

  /// Where the backup is unpacked, which is the vault that is put together where there is no other.
  var unpacked: String { target + ".unpacking" }

  /// A name that nothing has: two restores may come within a second, or the clock have been set back.
  private static func unused(_ path: String) -> String {
    var found = stat()
    var name = path
    var number = 1
    while unsafe lstat(name, &found) == 0 {
      number += 1
      name = "\(path)-\(number)"
    }
    return name
  }

  private static func sync(_ path: String) throws(RestoreFault) {
    do throws(SystemFault) { try OpenFile.sync(folder: path) } catch { throw .system(error) }
  }

  /// The names in a folder; none where there is no such folder.
  private static func contents(of path: String) -> Set<String> {
    guard let stream = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(stream) }
    var names: Set<String> = []
    while let entry = unsafe readdir(stream) {
      // Safety: the entry is valid until the next call, and its name ends with a zero.
      let name = unsafe withUnsafePointer(to: entry.pointee.d_name) { start in
        unsafe start.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      names.insert(name)
    }
    return names
  }
}
