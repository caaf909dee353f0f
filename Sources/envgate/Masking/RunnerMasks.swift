import SecretMemory

/// The commands by which GitHub's runner learns what to hide in a job's log.
///
/// One for each line and leaf, and none for a text of several lines: of such a one the runner would take
/// each line, `{` and `}` with them (github.com/actions/runner, issue 2232).
enum RunnerMasks {
  private static let command = Array("::add-mask::".utf8)

  /// Lends each command with its newline.
  /// - Returns: the common words that stay readable.
  @discardableResult
  static func forEach(_ values: MaskValues, _ body: (UnsafeRawBufferPointer) throws -> Void)
    throws -> [String]
  {
    let pieces = try MaskPatterns(values)
    for index in 0..<pieces.pieceCount {
      try unsafe pieces.withPiece(index) { piece in
        if unsafe piece.contains(where: { $0 == 0x0A || $0 == 0x0D }) { return }
        // Safety: the line is lent for the call, and lies in secret memory.
        try unsafe line(piece).withUnsafeBytes { try unsafe body($0) }
      }
    }
    return pieces.words
  }

  /// The runner reads `%25` as a percent sign again, and nothing else that can stand in a line.
  private static func line(_ piece: UnsafeRawBufferPointer) throws -> SecretBuffer {
    let most = command.count + piece.count * 3 + 1
    return try unsafe SecretBuffer(capacity: most) { room in
      unsafe room.copyBytes(from: command)
      var count = command.count
      func put(_ byte: UInt8) {
        unsafe room[count] = byte
        count += 1
      }
      for index in piece.indices {
        let byte = unsafe piece[index]
        put(byte)
        if byte == UInt8(ascii: "%") {
          put(UInt8(ascii: "2"))
          put(UInt8(ascii: "5"))
        }
      }
      put(UInt8(ascii: "\n"))
      return count
    }
  }
}
