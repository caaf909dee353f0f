import Glibc

/// The two folders around a job socket: its own, which a container mounts, and the one above it, which keeps
/// the users of the host away from it.
///
/// Invariant (`kernel-identity`): nobody but the daemon's account and root may enter the folder above, so
/// whoever comes through the socket came through a mount that the container runtime, as root, has made. The
/// socket's own folder stays what it is over a restart: a mount is of the folder, and lives as long.
struct JobSocketFolder {
  let path: String
  let above: String

  init(_ socket: Configuration.JobSocket) {
    path = socket.folder
    above = socket.folderAbove
  }

  /// The name of the lock beside the socket's folder, where no container sees it.
  var lock: String { path + ".lock" }

  /// Makes the folder above where it is missing, and refuses it where others could enter it.
  func prepareAbove() throws(SocketFault) {
    try Self.make(FilePath.parent(above), 0o755)
    try Self.make(above, 0o700)
    let closed = try Self.status(above)
    guard closed.st_mode & 0o077 == 0 else {
      throw .jobFolder(
        path: above, found: "open to other accounts (mode \(closed.st_mode.octal))",
        remedy: "chmod 0700 '\(above)'")
    }
  }

  /// Makes the folder that a container mounts where it is missing, and refuses it where others could write it.
  func prepareOwn() throws(SocketFault) {
    try Self.make(path, 0o755)
    let own = try Self.status(path)
    guard own.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
      throw .jobFolder(
        path: path, found: "writable for other accounts (mode \(own.st_mode.octal))",
        remedy: "chmod 0755 '\(path)'")
    }
    guard own.st_mode & S_IXOTH != 0 else {
      throw .jobFolder(
        path: path, found: "closed to the accounts of a container (mode \(own.st_mode.octal))",
        remedy: "chmod 0755 '\(path)'")
    }
  }

  private static func make(_ path: String, _ mode: mode_t) throws(SocketFault) {
    if unsafe mkdir(path, mode) == 0 {
      // Whatever the umask is.
      guard unsafe chmod(path, mode) == 0 else {
        throw .system(SystemFault("set the mode of", path))
      }
    } else if errno != EEXIST {
      throw .system(SystemFault("make the folder", path))
    }
  }

  /// A folder of ours, in which we can listen; not a link, which somebody else could turn.
  private static func status(_ path: String) throws(SocketFault) -> stat {
    var found = stat()
    guard unsafe lstat(path, &found) == 0 else { throw .system(SystemFault("look at", path)) }
    guard found.st_mode.kind == S_IFDIR else {
      throw .jobFolder(path: path, found: "not a folder", remedy: "mv '\(path)' elsewhere")
    }
    guard found.st_uid == geteuid() else {
      throw .jobFolder(
        path: path, found: "owned by uid \(found.st_uid)", remedy: "chown \(geteuid()) '\(path)'")
    }
    return found
  }
}
