import CLinux
import Glibc

/// Why a state directory is not used by this account, with what to do about it.
enum VaultOwnerFault: Error, Hashable, CustomStringConvertible {
  /// The state directory is another account's: whose, and who we are.
  case foreign(path: String, owner: String, ours: String, uid: UInt32)
  /// The state directory is nobody's, or of a uid without an account.
  case noAccount(path: String, uid: UInt32)
  /// Somebody but root could have put the state directory there, to be given the root key.
  case openPath(path: String, found: String)
  case system(SystemFault)

  var description: String {
    switch self {
    case .foreign(let path, let owner, let ours, let uid):
      "'\(path)' belongs to \(owner), and envgated runs as \(ours): run it as the owner, or as root: "
        + "chown -R \(uid) '\(path)'"
    case .noAccount(let path, let uid):
      "'\(path)' belongs to uid \(uid), which has no account: give it to the account that runs envgated: "
        + "chown -R envgate '\(path)'"
    case .openPath(let path, let found):
      "'\(path)' is \(found), so an account other than root could choose the owner of the state directory: "
        + "name a state directory in a folder that belongs to root"
    case .system(let fault): fault.description
    }
  }
}

/// The account that a state directory was made for, where root makes the vault for it.
///
/// Root is needed for one thing, the root key's file in a folder of root's. All else is made by the
/// account itself, so that the daemon, which runs as it, finds nothing that it may not touch.
struct VaultOwner: Hashable {
  let uid: UInt32
  let gid: UInt32

  /// Refuses a state directory of another account, before anything of it is touched.
  static func check(_ directory: String) throws(VaultOwnerFault) {
    var found = stat()
    guard unsafe stat(directory, &found) == 0, found.st_mode.kind == S_IFDIR,
      found.st_uid != geteuid()
    else { return }
    // A folder of root's is as good as ours where root lets us in.
    if found.st_uid == 0,
      unsafe faccessat(AT_FDCWD, directory, R_OK | W_OK | X_OK, AT_EACCESS) == 0
    {
      return
    }
    throw .foreign(
      path: directory, owner: name(of: found.st_uid), ours: name(of: geteuid()), uid: geteuid())
  }

  /// An account for a person: its name and number, as far as it has a name.
  private static func name(of uid: UInt32) -> String {
    var name = [CChar](repeating: 0, count: 1_024)
    var gid: UInt32 = 0
    guard unsafe envgate_account_by_uid(uid, &name, name.count, &gid) == 0 else {
      return "uid \(uid), which has no account"
    }
    let text = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return "\(String(decoding: text, as: UTF8.self)) (uid \(uid))"
  }

  /// The owner of a state directory that is there; nil where it is ours, or there is none.
  /// - Throws: where it is another account's and we are not root.
  static func of(_ directory: String) throws(VaultOwnerFault) -> VaultOwner? {
    guard geteuid() == 0 else {
      try check(directory)
      return nil
    }
    var found = stat()
    guard unsafe lstat(directory, &found) == 0, found.st_mode.kind == S_IFDIR,
      found.st_uid != 0
    else { return nil }
    // Whoever owns the directory is given the key to it.
    try checkPath(to: directory)
    guard let resolved = unsafe realpath(directory, nil) else {
      throw .system(SystemFault("look at", directory))
    }
    // Safety: realpath allocated the string with malloc and gave it to us; it is copied, then freed.
    defer { unsafe free(resolved) }
    try checkPath(to: unsafe String(cString: resolved))
    var name = [CChar](repeating: 0, count: 1_024)
    var gid: UInt32 = 0
    let code = unsafe envgate_account_by_uid(found.st_uid, &name, name.count, &gid)
    guard code == 0 || code == ENOENT else {
      throw .system(SystemFault("ask the account database about", directory, code: code))
    }
    guard code == 0, found.st_uid != OverflowIDs.ofKernel().uid else {
      throw .noAccount(path: directory, uid: found.st_uid)
    }
    return VaultOwner(uid: found.st_uid, gid: gid)
  }

  /// Works as the account, with root to come back to.
  func enter() throws(VaultOwnerFault) {
    try Self.check(setgroups(0, nil))
    try Self.check(setegid(gid))
    try Self.check(seteuid(uid))
    try Self.hide()
  }

  /// Works as root again.
  func leave() throws(VaultOwnerFault) {
    try Self.check(seteuid(0))
    try Self.check(setegid(0))
    try Self.hide()
  }

  /// Is the account from here on; there is no way back.
  func become() throws(VaultOwnerFault) {
    try Self.check(seteuid(0))
    try Self.check(setgroups(0, nil))
    try Self.check(setgid(gid))
    try Self.check(setuid(uid))
    guard getuid() == uid, geteuid() == uid, getgid() == gid, getegid() == gid,
      setuid(0) != 0, setgid(0) != 0
    else { throw .system(SystemFault("give up root", code: EPERM)) }
    try Self.hide()
  }

  /// A change of the effective ids makes a process dumpable again, as far as the host allows
  /// (prctl(2), PR_SET_DUMPABLE).
  private static func hide() throws(VaultOwnerFault) {
    let code = envgate_set_undumpable()
    guard code == 0 else { throw .system(SystemFault("forbid core dumps", code: code)) }
  }

  private static func check(_ code: Int32) throws(VaultOwnerFault) {
    guard code == 0 else { throw .system(SystemFault("become another account")) }
  }

  /// Every folder on the way is root's. Others may put things of theirs in none, but for a sticky one
  /// further up, where they cannot replace what is root's.
  private static func checkPath(to directory: String) throws(VaultOwnerFault) {
    var path = directory
    while let slash = path.lastIndex(of: "/"), path != "/" {
      let isNearest = path == directory
      path = slash == path.startIndex ? "/" : String(path[..<slash])
      var found = stat()
      guard unsafe lstat(path, &found) == 0 else { throw .system(SystemFault("look at", path)) }
      guard found.st_uid == 0 else {
        throw .openPath(path: path, found: "owned by uid \(found.st_uid)")
      }
      // A link's mode says nothing; where it leads to is looked at apart.
      if found.st_mode.kind == S_IFLNK { continue }
      let isOpen = found.st_mode & (S_IWGRP | S_IWOTH) != 0
      guard !isOpen || (found.st_mode & S_ISVTX != 0 && !isNearest) else {
        throw .openPath(path: path, found: "open to other accounts (mode \(found.st_mode.octal))")
      }
    }
  }
}
