import Glibc

/// Why a file that brings a key is not read.
enum KeyFileFault: Error, Hashable {
  case missing
  /// What was found, and what to do about it.
  case unfit(found: String, remedy: String)
  case system(SystemFault)
}

/// A file that brings a key: plain, and out of the reach of every other account.
enum KeyFile {
  /// Opens it and judges what was opened, whatever its path names by then.
  /// - Parameter forbidden: the permission bits that must not be set.
  static func open(
    _ path: String, forbidden: mode_t = 0o077
  ) throws(KeyFileFault) -> OpenFile {
    let file = try openPlain(path)
    let found: stat
    do throws(SystemFault) { found = try file.status(path) } catch { throw .system(error) }
    guard found.st_mode.kind == S_IFREG else {
      throw .unfit(found: "not a regular file", remedy: "put the key into a regular file")
    }
    guard found.st_uid == 0 || found.st_uid == geteuid() else {
      throw .unfit(
        found: "owned by uid \(found.st_uid)",
        remedy:
          "that account may have copied it; make a new key, or run: chown \(geteuid()) '\(path)'")
    }
    guard found.st_mode & forbidden == 0 else {
      throw .unfit(
        found: "open to other accounts (mode \(found.st_mode.octal))",
        remedy: "another account may have copied it; make a new key, or run: chmod 0600 '\(path)'")
    }
    return file
  }

  private static func openPlain(_ path: String) throws(KeyFileFault) -> OpenFile {
    do throws(SystemFault) { return try OpenFile(path, O_RDONLY | O_NOFOLLOW) } catch {
      switch error.code {
      case ENOENT: throw .missing
      case EACCES:
        throw .unfit(
          found: "closed to uid \(geteuid())", remedy: "run: chown \(geteuid()) '\(path)'")
      case ELOOP: throw .unfit(found: "a symbolic link", remedy: "name the file itself")
      default: throw .system(error)
      }
    }
  }
}
