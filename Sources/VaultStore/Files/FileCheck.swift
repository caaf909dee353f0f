import Glibc

/// Who owns a file and who may reach it, with the command that mends what is wrong.
enum FileCheck {
  /// The state directory: ours or root's, and nobody else in it.
  static func folder(_ descriptor: Int32, _ path: String) throws(StoreFault) {
    var found = stat()
    guard unsafe fstat(descriptor, &found) == 0 else { throw .system(path) }
    guard found.st_uid == geteuid() || found.st_uid == 0 else {
      throw .openPermissions(
        path: path, found: "owned by uid \(found.st_uid)",
        remedy: "run: chown \(geteuid()) '\(path)'")
    }
    guard found.st_mode & 0o077 == 0 else {
      throw .openPermissions(
        path: path, found: "open to other accounts (mode \(octal(found.st_mode)))",
        remedy: "run: chmod 0700 '\(path)'")
    }
  }

  /// A symbolic link to the state directory (systemd makes one for DynamicUser=) is as good as
  /// whoever made it.
  static func link(_ path: String) throws(StoreFault) {
    var found = stat()
    guard unsafe lstat(path, &found) == 0 else { throw .system(path) }
    guard found.st_mode & S_IFMT != S_IFLNK || found.st_uid == 0 || found.st_uid == geteuid()
    else {
      throw .openPermissions(
        path: path, found: "a symbolic link made by uid \(found.st_uid)",
        remedy: "name the folder itself")
    }
  }

  /// A file in the state directory: plain, ours, 0600. False: there is none.
  static func file(
    in folder: Int32, _ name: String, _ path: String
  ) throws(StoreFault) -> Bool {
    var found = stat()
    if unsafe fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW) != 0 {
      guard errno == ENOENT else { throw .system(path) }
      return false
    }
    guard found.st_mode & S_IFMT == S_IFREG else {
      let isLink = found.st_mode & S_IFMT == S_IFLNK
      throw .openPermissions(
        path: path, found: isLink ? "a symbolic link" : "not a regular file",
        remedy: "put the file itself there")
    }
    guard found.st_uid == geteuid() else {
      // One file of another account's seldom comes alone.
      throw .openPermissions(
        path: path, found: "owned by uid \(found.st_uid)",
        remedy: "run: chown -R \(geteuid()) '\(path.dropLast(name.utf8.count + 1))'")
    }
    guard found.st_mode & 0o077 == 0 else {
      throw .openPermissions(
        path: path, found: "open to other accounts (mode \(octal(found.st_mode)))",
        remedy: "run: chmod 0600 '\(path)'")
    }
    // A second name of the file could be kept where others reach it.
    guard found.st_nlink == 1 else {
      throw .openPermissions(
        path: path, found: "linked under \(found.st_nlink) names",
        remedy: "copy it to a file of its own")
    }
    return true
  }

  /// The size of a file in bytes, without opening it.
  static func size(_ path: String) throws(StoreFault) -> Int64 {
    var found = stat()
    guard unsafe lstat(path, &found) == 0 else { throw .system(path) }
    return Int64(found.st_size)
  }

  private static func octal(_ mode: mode_t) -> String {
    let digits = String(mode & 0o7777, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
