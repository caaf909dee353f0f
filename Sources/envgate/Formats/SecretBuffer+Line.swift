import SecretMemory

/// A value within text that is no secret, made in secret memory.
extension SecretBuffer {
  /// Text, a value, and text.
  /// - Parameters:
  ///   - byte: a byte of the value for which `replacement` stands; nil for none.
  /// - Throws: ``CommandFault`` `value.format` where it is longer than secret memory gives at once.
  static func line(
    _ before: String = "", around value: UnsafeRawBufferPointer, _ behind: String = "",
    replacing byte: UInt8? = nil, with replacement: String = ""
  ) throws -> SecretBuffer {
    let replacement = Array(replacement.utf8)
    // Safety: the caller lends the value for the call; the room is filled within its bounds.
    let replaced = byte.map { byte in unsafe value.count { $0 == byte } } ?? 0
    let count =
      before.utf8.count + value.count + behind.utf8.count + replaced * (replacement.count - 1)
    guard count <= SecretArena.largestBlock else {
      throw CommandFault(
        .valueFormat, "the value is too long for this format; use --format raw")
    }
    return try unsafe SecretBuffer(capacity: count) { room in
      var end = 0
      func put(_ byte: UInt8) {
        unsafe room[end] = byte
        end += 1
      }
      before.utf8.forEach(put)
      for index in 0..<value.count {
        let next = unsafe value[index]
        if next == byte { replacement.forEach(put) } else { put(next) }
      }
      behind.utf8.forEach(put)
      return end
    }
  }

  /// Whether the bytes are UTF-8.
  var isUTF8: Bool {
    // Safety: the buffer lends its bytes for the closure.
    unsafe withUnsafeBytes { bytes in
      let text = unsafe UnsafeBufferPointer(
        start: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), count: bytes.count)
      return unsafe (try? UTF8Span(validating: text.span)) != nil
    }
  }

  /// - Throws: ``CommandFault`` `value.nul` where there is a NUL.
  func requireNoNUL(_ what: String) throws {
    // Safety: the buffer lends its bytes for the closure.
    if unsafe withUnsafeBytes({ unsafe $0.contains(0) }) {
      throw CommandFault(
        .valueNUL,
        "the value contains a NUL byte, which \(what) cannot hold; use --format json or raw")
    }
  }
}
