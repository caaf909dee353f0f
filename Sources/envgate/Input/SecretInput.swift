import Glibc
import SecretMemory
import VaultCore
import VaultProtocol

/// Where a value comes from: stdin, a file or a terminal; straight into secret memory, never argv.
enum SecretInput {
  /// The longest value, in bytes, that the vault takes by default.
  static let limit = ProtocolLimits().value

  /// Reads a descriptor to its end.
  /// - Parameter dropsNewline: whether one newline at the end is left out, as `echo` writes it.
  static func read(_ descriptor: Int32, dropsNewline: Bool) throws -> SecretBuffer {
    // Room for one byte too many, so that a longer value is noticed, and for the newline.
    // Safety: the room is lent for the closure.
    try unsafe SecretBuffer(capacity: limit + 2) { room in
      guard var count = unsafe fill(room, from: descriptor) else {
        throw CommandFault(.fileUnreadable, "the value cannot be read: \(SystemText.of(errno))")
      }
      if dropsNewline, count > 0, unsafe room[count - 1] == UInt8(ascii: "\n") { count -= 1 }
      if count > limit { throw tooLong }
      return count
    }
  }

  /// Reads a descriptor to its end, or until the room is full, and returns how many bytes came.
  /// - Returns: nil where read(2) failed; errno says why.
  static func fill(_ room: UnsafeMutableRawBufferPointer, from descriptor: Int32) -> Int? {
    var count = 0
    while count < room.count {
      // Safety: the rest of the room, which the caller lends for this call.
      let got = unsafe Glibc.read(
        descriptor, UnsafeMutableRawBufferPointer(rebasing: room[count...]).baseAddress,
        room.count - count)
      if got == 0 { break }
      if got > 0 {
        count += got
      } else if errno != EINTR {
        return nil
      }
    }
    return count
  }

  /// Reads every byte of a file.
  static func read(file path: String) throws -> SecretBuffer {
    // Safety: the path is lent for the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CommandFault(
        .fileUnreadable, "\(ForeignText.quoted(path)) cannot be opened: \(SystemText.of(errno))")
    }
    defer { close(descriptor) }
    return try read(descriptor, dropsNewline: false)
  }

  /// The value is longer than the vault takes; said before anything is sent.
  static var tooLong: CommandFault {
    CommandFault(
      .valueLimit, "the value is longer than \(limit) bytes; keep large data elsewhere")
  }
}
