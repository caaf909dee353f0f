import Glibc
import VaultCore

/// The lines of a file or of stdin, one after the other.
struct FileLines: ~Copyable {
  /// The longest line, in bytes: more than any line of the daemon.
  static let longest = 1 << 20

  private let descriptor: Int32
  private let isOurs: Bool
  private let name: String
  private var buffer: [UInt8] = []
  private var start = 0
  private var isAtEnd = false

  /// Opens a file, or takes stdin for `-`.
  /// - Throws: ``CommandFault`` `file.unreadable`.
  init(_ path: String) throws {
    let name = ForeignText.quoted(path)
    // Safety: the path is lent for the call.
    let descriptor = path == "-" ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CommandFault(.fileUnreadable, "\(name) cannot be opened: \(SystemText.of(errno))")
    }
    self.name = path == "-" ? "stdin" : name
    self.descriptor = descriptor
    isOurs = path != "-"
  }

  /// Takes a descriptor, which stays the caller's to close.
  init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
    isOurs = false
  }

  deinit { if isOurs { _ = close(descriptor) } }

  /// The next line without its newline; nil behind the last. What follows the last newline is a line, too.
  /// - Throws: ``CommandFault`` `file.unreadable`, also for a line that is too long.
  mutating func next() throws -> [UInt8]? {
    var scanned = start
    while true {
      if let end = buffer[scanned...].firstIndex(of: 0x0A) {
        defer { start = end + 1 }
        return Array(buffer[start..<end])
      }
      scanned = buffer.count
      if isAtEnd {
        guard start < buffer.count else { return nil }
        defer { start = buffer.count }
        return Array(buffer[start...])
      }
      guard buffer.count - start <= Self.longest else {
        throw CommandFault(.fileUnreadable, "\(name) has a line of more than \(Self.longest) bytes")
      }
      scanned -= start
      buffer.removeFirst(start)
      start = 0
      try fill()
    }
  }

  private mutating func fill() throws {
    let room = 65_536
    let count = buffer.count
    buffer.append(contentsOf: repeatElement(0, count: room))
    var got = -1
    repeat {
      // Safety: the kernel fills the room behind the bytes that are there.
      got = unsafe buffer.withUnsafeMutableBytes {
        unsafe read(
          descriptor, UnsafeMutableRawBufferPointer(rebasing: $0[count...]).baseAddress, room)
      }
    } while got < 0 && errno == EINTR
    let error = errno
    buffer.removeLast(room - max(0, got))
    guard got >= 0 else {
      throw CommandFault(.fileUnreadable, "\(name) cannot be read: \(SystemText.of(error))")
    }
    isAtEnd = got == 0
  }
}
