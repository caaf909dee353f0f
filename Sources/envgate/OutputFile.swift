import Glibc
import VaultCore

/// Where a command writes a whole result, as a backup or a report: a file that is there whole or not at all, or a pipe.
///
/// Until it is whole the file has no name, so that a client that is killed leaves nothing; where the file system has no
/// files without a name, it has one of its own.
struct OutputFile: ~Copyable {
  private let descriptor: Int32
  /// Nil for stdout.
  private let path: String?
  /// Its name until it is whole.
  private let own: String?
  private let overwrites: Bool
  private let content: Content

  /// What is in it.
  enum Content: String {
    case backup
    case export
    case report

    fileprivate var reason: OwnReason {
      switch self {
      case .backup: .backupFile
      case .export: .auditExport
      case .report: .reportFile
      }
    }
  }

  /// O_TMPFILE of fcntl(2), with the O_DIRECTORY in it.
  private static let nameless: Int32 = 0o20_000_000 | O_DIRECTORY

  /// - Parameters:
  ///   - path: the file, or `-` for stdout.
  ///   - overwrites: whether it may take the place of a file that is there.
  /// - Throws: ``CommandFault`` before anybody makes the content for nothing.
  init(_ path: String, of content: Content, overwrites: Bool) throws {
    guard path != "-" else {
      if Console.isTerminal, content != .export {
        throw CommandFault(
          .terminalRefused, "a \(content) is not for a terminal; name a file, or redirect stdout")
      }
      self.init(STDOUT_FILENO, nil, own: nil, content, overwrites)
      return
    }
    var found = stat()
    // Safety: the path is lent for the calls, and the kernel fills the local struct.
    if unsafe lstat(path, &found) == 0 {
      guard found.st_mode & S_IFMT == S_IFREG else {
        throw Self.fault(path, content, "is not a regular file; name another file")
      }
      if !overwrites { throw Self.exists(path, content) }
    }
    var made = unsafe open(ParentFolder.of(path), Self.nameless | O_WRONLY | O_CLOEXEC, 0o600)
    var own: String?
    if made < 0, [EOPNOTSUPP, EISDIR, EINVAL].contains(errno) {
      let name = "\(path).\(getpid()).part"
      made = unsafe open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
      own = name
    }
    guard made >= 0 else {
      throw Self.fault(path, content, "cannot be made: \(SystemText.of(errno))")
    }
    _ = fchmod(made, 0o600)
    self.init(made, path, own: own, content, overwrites)
  }

  private init(
    _ descriptor: Int32, _ path: String?, own: String?, _ content: Content, _ overwrites: Bool
  ) {
    self.descriptor = descriptor
    self.path = path
    self.own = own
    self.content = content
    self.overwrites = overwrites
  }

  deinit {
    if path != nil { _ = close(descriptor) }
    // Once it is whole it has another name.
    if let own { _ = unsafe unlink(own) }
  }

  /// Adds bytes.
  func append(_ bytes: [UInt8]) throws {
    // Safety: the array lends its bytes for the call.
    let error = unsafe bytes.withUnsafeBytes {
      path == nil
        ? unsafe Console.pass($0, to: descriptor) : unsafe WholeWrite.write($0, to: descriptor)
    }
    if error != 0 { throw notWritten(error) }
  }

  /// Gives the file its name; content and name are durable when this returns.
  consuming func finish() throws {
    guard let path else { return }
    guard fsync(descriptor) == 0 else { throw notWritten(errno) }
    let name = overwrites ? "\(path).\(getpid()).new" : path
    // Safety: the paths are lent for the calls.
    let isNamed =
      if let own {
        unsafe link(own, name) == 0
      } else {
        unsafe linkat(
          AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0
      }
    guard isNamed else { throw errno == EEXIST ? Self.exists(name, content) : notWritten(errno) }
    if overwrites, unsafe rename(name, path) != 0 {
      let error = errno
      _ = unsafe unlink(name)
      throw notWritten(error)
    }
    ParentFolder.sync(of: path)
  }

  private static func exists(_ path: String, _ content: Content) -> CommandFault {
    fault(
      path, content, "exists already and was not changed; name another file, or add --overwrite")
  }

  private borrowing func notWritten(_ error: Int32) -> CommandFault {
    let why = "was not written: \(SystemText.of(error))"
    guard let path else {
      return CommandFault(
        content.reason,
        "the \(content) to stdout \(why); what has arrived there is not a whole \(content)")
    }
    return Self.fault(
      path, content, why + "; no file was left; free some space, or name another place")
  }

  private static func fault(
    _ path: String, _ content: Content, _ sentence: String
  ) -> CommandFault {
    CommandFault(content.reason, "the \(content) \(ForeignText.quoted(path)) \(sentence)")
  }
}
