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
  /// systemd passes it: nothing here can write it.
  case passed(name: String)
  /// The file that the replaced key would go to is another one.
  case kept(path: String)
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
    case .passed(let name):
      "systemd passes the root key as the credential \(name), so make and replace it there: "
        + "see A new root key in envgate's Operating guide"
    case .kept(let path):
      "there is already a file '\(path)': move it to your copies, off this host, then try again"
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
    let size: Int
    do throws(SystemFault) { size = Int(try file.status(path).st_size) } catch {
      throw .system(error)
    }
    guard size == byteCount else {
      throw .unfit(
        path: path, found: "\(size) bytes long",
        remedy: "it must hold \(byteCount) raw bytes and no newline")
    }
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
    do throws(SecretFileFault) {
      try SecretFile.create(path, owner: owner, parts: [key])
    } catch {
      switch error {
      case .exists: throw .exists(path: path)
      case .noFolder(let folder):
        throw .unfit(
          path: path, found: "in a folder that does not exist",
          remedy: "run: install -d -m 0700 '\(folder)'")
      case .system(let fault): throw .system(fault)
      }
    }
    return key
  }

  /// Puts the key beside a key into its place, and keeps the replaced one under a third name. At every instant there is
  /// a key in the place; what is there is durable when this returns.
  static func replace(_ path: String, by next: String, keeping old: String) throws(RootKeyFault) {
    do throws(SystemFault) {
      if unsafe link(path, old) != 0 {
        guard errno == EEXIST else { throw SystemFault("keep the replaced root key as", old) }
        // A replacement that was killed half way has kept it already.
        guard try Self.isSame(path, old) else { throw SystemFault("keep", old, code: EEXIST) }
      }
      let folder = FilePath.parent(path)
      try OpenFile.sync(folder: folder)
      guard unsafe rename(next, path) == 0 else { throw SystemFault("replace", path) }
      try OpenFile.sync(folder: folder)
    } catch {
      throw error.code == EEXIST ? .kept(path: old) : .system(error)
    }
  }

  private static func isSame(_ one: String, _ other: String) throws(SystemFault) -> Bool {
    var (first, second) = (stat(), stat())
    guard unsafe lstat(one, &first) == 0 else { throw SystemFault("look at", one) }
    guard unsafe lstat(other, &second) == 0 else { throw SystemFault("look at", other) }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }

  /// `$CREDENTIALS_DIRECTORY`, where systemd puts what `LoadCredential=` names.
  static var credentialsDirectory: String? {
    // Safety: the environment is not changed while the daemon runs; the string is copied.
    unsafe getenv("CREDENTIALS_DIRECTORY").map { unsafe String(cString: $0) }
  }

  private static func open(
    _ path: String, _ key: Configuration.RootKey
  ) throws(RootKeyFault) -> OpenFile {
    // systemd lets a service read a credential of root's by an ACL, whose mask shows as group bits.
    let forbidden: mode_t = if case .credential = key { 0o027 } else { 0o077 }
    do throws(KeyFileFault) { return try KeyFile.open(path, forbidden: forbidden) } catch {
      switch error {
      case .missing:
        if case .credential(let name) = key { throw .noCredential(name: name) }
        throw .missing(path: path)
      case .unfit(let found, let remedy):
        throw .unfit(path: path, found: found, remedy: remedy)
      case .system(let fault): throw .system(fault)
      }
    }
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
}
