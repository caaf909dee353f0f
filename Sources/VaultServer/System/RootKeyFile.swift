import Glibc
import SecretMemory

/// Why there is no root key, with what to do about it.
enum RootKeyFault: Error, Hashable, CustomStringConvertible {
  case missing(path: String)
  /// There is a vault that only the key which was there opens.
  case lost(path: String, vault: String)
  case exists(path: String)
  /// Not a file that holds a key and nothing else; what was found, and the remedy.
  case unfit(path: String, found: String, remedy: String)
  /// Neither a file by that name nor a place where systemd would put one.
  case noCredential(name: String)
  case noMemory
  case system(SystemFault)

  var description: String {
    switch self {
    case .missing(let path): "there is no root key at '\(path)': run envgated init"
    case .lost(let path, let vault):
      "there is no root key at '\(path)', and no other key opens the vault in \(vault): put it back from your copy"
    case .exists(let path): "there is already a root key at '\(path)'; it was not changed"
    case .unfit(let path, let found, let remedy): "the root key '\(path)' is \(found): \(remedy)"
    case .noCredential(let name):
      "systemd passes no credential \(name) to this process: "
        + "add LoadCredential= or LoadCredentialEncrypted= to the unit"
    case .noMemory: "there is no secret memory for the root key"
    case .system(let fault): fault.description
    }
  }
}

/// The file that carries the root key: 32 random bytes and nothing else.
enum RootKeyFile {
  /// The size of a root key.
  static let byteCount = 32

  /// Where a root key is kept.
  /// - Parameter credentials: `$CREDENTIALS_DIRECTORY` (systemd.exec(5)).
  static func path(
    of key: Configuration.RootKey, credentials: String? = credentialsDirectory
  ) throws(RootKeyFault) -> String {
    switch key {
    case .file(let path): return path
    case .credential(let name):
      guard let credentials else { throw .noCredential(name: name) }
      return credentials + "/" + name
    }
  }

  /// Reads the key straight into secret memory, from a file that nobody else could have read or
  /// written.
  static func read(
    _ key: Configuration.RootKey, credentials: String? = credentialsDirectory
  ) throws(RootKeyFault) -> SecretBuffer {
    let path = try path(of: key, credentials: credentials)
    let file = try open(path, key)
    let status: stat
    do throws(SystemFault) { status = try file.status(path) } catch { throw .system(error) }
    if let unfit = unfitness(path, status, key) { throw unfit }
    return try contents(of: file, path)
  }

  /// Makes the file, 0600, with new random bytes; they are durable when this returns.
  ///
  /// - Parameter owner: whose the file becomes, before the key is in it; nil leaves it ours.
  /// - Throws: `exists` where there is something by that name, which is left alone.
  static func create(
    _ path: String, owner: VaultOwner? = nil
  ) throws(RootKeyFault) -> SecretBuffer {
    let key = try randomKey()
    let descriptor = unsafe Glibc.open(
      path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      switch errno {
      case EEXIST: throw .exists(path: path)
      case ENOENT:
        throw .unfit(
          path: path, found: "in a folder that does not exist",
          remedy: "run: install -d -m 0700 '\(folder(of: path))'")
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
      // Safety: the key's bytes are lent for this call; 32 bytes go to a file in one piece or not
      // at all.
      let count = unsafe key.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
      guard count == byteCount else {
        throw SystemFault("write", path, code: count < 0 ? errno : ENOSPC)
      }
      guard fsync(descriptor) == 0 else { throw SystemFault("write", path) }
      // The file's own fsync does not make its name durable (fsync(2)).
      let folder = try OpenFile(folder(of: path), O_RDONLY | O_DIRECTORY)
      guard fsync(folder.descriptor) == 0 else { throw SystemFault("write", path) }
    } catch {
      unsafe unlink(path)
      throw .system(error)
    }
    return key
  }

  /// `$CREDENTIALS_DIRECTORY`, where systemd puts what `LoadCredential=` names.
  static var credentialsDirectory: String? {
    // Safety: the environment is not changed while the daemon runs; the string is copied.
    unsafe getenv("CREDENTIALS_DIRECTORY").map { unsafe String(cString: $0) }
  }

  private static func open(
    _ path: String, _ key: Configuration.RootKey
  ) throws(RootKeyFault) -> OpenFile {
    do throws(SystemFault) {
      return try OpenFile(path, O_RDONLY | O_NOFOLLOW)
    } catch {
      switch error.code {
      case ENOENT:
        if case .credential(let name) = key { throw .noCredential(name: name) }
        throw .missing(path: path)
      case EACCES:
        throw .unfit(
          path: path, found: "closed to uid \(geteuid())",
          remedy: "run: chown \(geteuid()) '\(path)'")
      case ELOOP:
        throw .unfit(path: path, found: "a symbolic link", remedy: "name the file itself")
      default: throw .system(error)
      }
    }
  }

  private static func unfitness(
    _ path: String, _ status: stat, _ key: Configuration.RootKey
  ) -> RootKeyFault? {
    guard status.st_mode.kind == S_IFREG else {
      return .unfit(
        path: path, found: "not a regular file",
        remedy: "put the 32 random bytes into a regular file")
    }
    guard status.st_uid == 0 || status.st_uid == geteuid() else {
      return .unfit(
        path: path, found: "owned by uid \(status.st_uid)",
        remedy:
          "that account may have copied it; make a new key, or run: chown \(geteuid()) '\(path)'")
    }
    // systemd lets a service read a credential of root's by an ACL, whose mask shows as group bits.
    let forbidden: mode_t = if case .credential = key { 0o027 } else { 0o077 }
    guard status.st_mode & forbidden == 0 else {
      return .unfit(
        path: path, found: "open to other accounts (mode \(status.st_mode.octal))",
        remedy: "another account may have copied it; make a new key, or run: chmod 0600 '\(path)'")
    }
    guard status.st_size == byteCount else {
      return .unfit(
        path: path, found: "\(status.st_size) bytes long",
        remedy: "it must hold \(byteCount) raw bytes and no newline")
    }
    return nil
  }

  private static func contents(
    of file: borrowing OpenFile, _ path: String
  ) throws(RootKeyFault) -> SecretBuffer {
    let descriptor = file.descriptor
    let key = try unsafe secret { bytes in
      // Safety: the bytes are lent by the buffer that is being filled.
      unsafe Glibc.read(descriptor, bytes.baseAddress, bytes.count)
    }
    guard let key else { throw .system(SystemFault("read", path, code: EIO)) }
    return key
  }

  private static func randomKey() throws(RootKeyFault) -> SecretBuffer {
    // getentropy(3) gives up to 256 bytes of the kernel's generator, all or none.
    let key = try unsafe secret { bytes in
      unsafe bytes.baseAddress.map { unsafe getentropy($0, bytes.count) } == 0 ? bytes.count : 0
    }
    guard let key else { throw .system(SystemFault("draw random bytes", code: EIO)) }
    return key
  }

  /// A buffer of 32 bytes that `fill` writes; nil where it wrote another number.
  private static func secret(
    _ fill: (UnsafeMutableRawBufferPointer) -> Int
  ) throws(RootKeyFault) -> SecretBuffer? {
    do {
      let key = try unsafe SecretBuffer(capacity: byteCount) { bytes in
        max(0, unsafe fill(UnsafeMutableRawBufferPointer(rebasing: bytes[..<byteCount])))
      }
      return key.count == byteCount ? key : nil
    } catch {
      throw .noMemory
    }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }
}
