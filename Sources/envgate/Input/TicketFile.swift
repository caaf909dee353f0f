import Glibc
import SecretMemory
import VaultCore
import VaultProtocol

/// A file that keeps a request's ticket for the later steps of a job: whoever can read it is who made
/// the request.
///
/// The file is made before the request is, so that a path that is no good costs nobody a review, and it
/// goes away again with this value unless the ticket was written to it whole.
struct TicketFile: ~Copyable {
  private let descriptor: Int32
  private let path: String
  /// Where the file goes once it is whole, where it replaces another.
  private let replaced: String?
  private var isWhole = false

  /// Makes the file, for our account alone. What exists at the path, a link included, is left alone.
  /// - Throws: ``CommandFault`` `ticket.file`.
  init(creating path: String) throws { try self.init(path, replacing: nil) }

  /// Makes a file beside one that is here, and puts it in that one's place once it is whole: at every
  /// moment one of the two tickets can be read.
  /// - Throws: ``CommandFault`` `ticket.file`.
  init(replacing path: String) throws { try self.init(path + ".new", replacing: path) }

  private init(_ path: String, replacing replaced: String?) throws {
    // Safety: the path is lent for the call.
    let descriptor = unsafe open(
      path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw Self.fault(
        path,
        errno == EEXIST
          ? "exists already and was not changed; name another file, or remove it"
          : "cannot be made: \(SystemText.of(errno))")
    }
    // A umask may have taken our own rights; to others it never gives any.
    _ = fchmod(descriptor, 0o600)
    self.descriptor = descriptor
    self.path = path
    self.replaced = replaced
  }

  deinit {
    _ = close(descriptor)
    // Safety: the path is lent for the call.
    if !isWhole { _ = unsafe unlink(path) }
  }

  /// Writes the ticket and a newline; both are durable when this returns.
  /// - Throws: ``CommandFault`` `ticket.file`; the file is removed then.
  consuming func write(_ ticket: SecretBuffer) throws {
    let newline: StaticString = "\n"
    // Safety: the buffer and the literal lend their bytes for the calls.
    try unsafe ticket.withUnsafeBytes { try unsafe append($0) }
    try unsafe append(UnsafeRawBufferPointer(start: newline.utf8Start, count: 1))
    guard fsync(descriptor) == 0 else { throw notWritten(errno) }
    // Safety: the paths are lent for the call.
    if let replaced, unsafe rename(path, replaced) != 0 { throw notWritten(errno) }
    ParentFolder.sync(of: path)
    isWhole = true
  }

  private func append(_ bytes: UnsafeRawBufferPointer) throws {
    // Safety: what the caller lends for this call.
    let error = unsafe WholeWrite.write(bytes, to: descriptor)
    if error != 0 { throw notWritten(error) }
  }

  private func notWritten(_ error: Int32) -> CommandFault {
    Self.fault(path, "cannot be written, and was removed: \(SystemText.of(error))")
  }

  fileprivate static func fault(_ path: String, _ sentence: String) -> CommandFault {
    CommandFault(.ticketFile, "the ticket file \(ForeignText.quoted(path)) \(sentence)")
  }
}

extension TicketFile {
  /// Removes a file that this process wrote, after its request has ended.
  static func remove(_ path: String) {
    // Safety: the path is lent for the call.
    _ = unsafe unlink(path)
  }

  /// Reads a ticket, one newline at its end left out, from a file that nobody else could have read or
  /// written.
  /// - Throws: ``CommandFault`` `ticket.file`.
  static func read(_ path: String) throws -> SecretBuffer {
    // O_NONBLOCK, because opening a named pipe would wait for its writer.
    // Safety: the path is lent for the call.
    let descriptor = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw fault(
        path,
        errno == ELOOP
          ? "is a symbolic link; name the file itself"
          : "cannot be opened: \(SystemText.of(errno))")
    }
    defer { _ = close(descriptor) }
    try requireFit(descriptor, path)
    // Room for the newline, and for one byte too many, so that a longer file is noticed.
    // Safety: the room is lent for the closure.
    return try unsafe SecretBuffer(capacity: ProtocolLimits.longestTicket + 2) { room in
      guard var count = unsafe SecretInput.fill(room, from: descriptor) else {
        throw fault(path, "cannot be read: \(SystemText.of(errno))")
      }
      if count > 0, unsafe room[count - 1] == UInt8(ascii: "\n") { count -= 1 }
      let isTicket = unsafe room[..<count].allSatisfy { (0x21...0x7E).contains($0) }
      guard count > 0, count <= ProtocolLimits.longestTicket, isTicket else {
        throw fault(path, "does not hold a ticket; name the file that envgate request create wrote")
      }
      return count
    }
  }

  private static func requireFit(_ descriptor: Int32, _ path: String) throws {
    var status = stat()
    // Safety: the kernel fills the local struct during the call.
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw fault(path, "cannot be looked at: \(SystemText.of(errno))")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw fault(path, "is not a regular file; name the file that envgate request create wrote")
    }
    guard status.st_uid == geteuid() else {
      throw fault(
        path, "belongs to uid \(status.st_uid), who may have copied the ticket; make a new request")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw fault(
        path,
        "is open to other accounts (mode \(String(status.st_mode & 0o7777, radix: 8))), which may have copied the "
          + "ticket; make a new request, or run chmod 0600 on the file")
    }
  }
}
