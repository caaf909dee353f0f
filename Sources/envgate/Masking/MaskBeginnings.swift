/// With which two bytes the spellings of patterns begin, and the patterns of each such pair.
///
/// For what has no part that stands in each of its spellings, and for the end of a text. More pairs than
/// there are cost time, one that is missing would cost a secret.
@safe
struct MaskBeginnings: ~Copyable {
  /// One bit a pair.
  private var bits = WipedStorage<UInt64>(repeating: 0, count: 1 << 10)
  /// Where the patterns of a pair begin; those of the last pair end at the last element.
  private var starts = WipedStorage<UInt32>(repeating: 0, count: 1 << 16 + 1)
  private var patterns = WipedStorage<UInt32>(repeating: 0, count: 1)
  let isEmpty: Bool

  /// - Parameter indices: which of the patterns.
  init(_ all: borrowing MaskPatterns, _ indices: [Int]) {
    isEmpty = indices.isEmpty
    if isEmpty { return }
    // Which pattern a pair was last met in, so that each is counted once.
    var last = WipedStorage<UInt32>(repeating: .max, count: 1 << 16)
    var total = 0
    for index in indices {
      MaskBeginning(all[index]).forEachPair { pair in
        if last[pair] == UInt32(index) { return }
        last[pair] = UInt32(index)
        starts[pair + 1] += 1
        total += 1
        bits[pair >> 6] |= 1 << UInt64(pair & 63)
      }
    }
    for pair in 0..<1 << 16 { starts[pair + 1] += starts[pair] }
    patterns.grow(to: total, filling: 0)
    var next = WipedStorage<UInt32>(repeating: 0, count: 1 << 16)
    for pair in 0..<1 << 16 {
      next[pair] = starts[pair]
      last[pair] = .max
    }
    for index in indices {
      MaskBeginning(all[index]).forEachPair { pair in
        if last[pair] == UInt32(index) { return }
        last[pair] = UInt32(index)
        patterns[Int(next[pair])] = UInt32(index)
        next[pair] += 1
      }
    }
  }

  /// How much memory it takes, in bytes.
  var size: Int { bits.count * 8 + (starts.count + patterns.count) * 4 }

  /// Whether a pattern begins with this byte.
  func contains(_ byte: UInt8) -> Bool {
    let row = Int(byte) << 2
    return (row..<row + 4).contains { bits[$0] != 0 }
  }

  /// Whether a pattern begins with these two.
  @inline(__always)
  func contains(_ first: UInt8, _ second: UInt8) -> Bool {
    bits[Int(first) << 2 | Int(second) >> 6] >> UInt64(second & 63) & 1 == 1
  }

  /// Calls `body` with each pattern of a pair.
  @inline(__always)
  func forEach(_ first: UInt8, _ second: UInt8, _ body: (_ pattern: Int) -> Void) {
    let pair = Int(first) << 8 | Int(second)
    for index in Int(starts[pair])..<Int(starts[pair + 1]) { body(Int(patterns[index])) }
  }

  /// Calls `body` with each place of a text where a pattern may begin.
  /// - Parameter text: `count` bytes, and one more that may be read.
  @inline(__always)
  func search(_ text: UnsafePointer<UInt8>, count: Int, _ body: (_ place: Int) -> Void) {
    if isEmpty { return }
    let bits = unsafe UnsafePointer(self.bits.base)
    for place in 0..<max(0, count - 1) {
      // Safety: both bytes lie within the text, and a pair within the bits.
      let hit =
        unsafe bits[Int(text[place]) << 2 | Int(text[place + 1]) >> 6]
        &>> UInt64(text[place + 1] & 63)
      if hit & 1 == 1 { body(place) }
    }
  }
}

/// The first two bytes of a pattern's spellings.
private struct MaskBeginning {
  private let pattern: MaskPattern

  init(_ pattern: MaskPattern) { self.pattern = pattern }

  /// Some come more than once.
  func forEachPair(_ body: (Int) -> Void) {
    let byte = pattern[0]
    func pair(_ first: UInt8, _ second: UInt8) { body(Int(first) << 8 | Int(second)) }
    forEachFirst(of: 1) { pair(byte, $0) }
    if pattern.isBase64 { for pause in "\\%&^\n\r".utf8 { pair(byte, pause) } }
    if !ASCIIClass.isAlphanumeric(byte) || !ASCIIClass.isAlphanumeric(pattern[1]) {
      for pause in "'\"\\$%&=".utf8 { pair(byte, pause) }
      pair(byte, byte)
    }
    if ASCIIClass.isAlphanumeric(byte) { return }
    forEachSpelling(byte, pair)
    if byte == 0x20 {
      forEachFirst(of: 1) {
        for blank in " \t\r\n".utf8 {
          pair(0x0A, blank)
          pair(0x0A, $0)
          pair(0x0D, 0x0A)
        }
      }
    }
    if byte == 0x20 { forEachFirst(of: 1) { pair(0x2B, $0) } }
    if pattern.isBase64 {
      let other: UInt8 = byte == UInt8(ascii: "+") ? 0x2D : 0x5F
      forEachFirst(of: 1) { pair(other, $0) }
      for pause in "\\%&^\n\r".utf8 { pair(other, pause) }
    }
  }

  /// What the spelling of a character begins with.
  private func forEachFirst(of index: Int, _ body: (UInt8) -> Void) {
    let byte = pattern[index]
    body(byte)
    if ASCIIClass.isAlphanumeric(byte) { return }
    for lead in "\\%&=^Mm+-_\n\r".utf8 { body(lead) }
    if byte >= 0x80 { for latin1: UInt8 in 0xA0...0xFF { body(latin1) } }
  }

  private func forEachSpelling(_ byte: UInt8, _ body: (UInt8, UInt8) -> Void) {
    let subject = MaskSpelling.Subject(value: UInt32(byte), isByte: byte >= 0x80)
    forEachSpelling(subject, body)
    if byte >= 0x80, let whole = pattern.character(at: 0, forwards: true) {
      forEachSpelling(MaskSpelling.Subject(value: whole.value), body)
    }
    // Where the spelling's first character is spelled itself.
    for lead: UInt8 in [0x5C, 0x25, 0x26, 0x3D, 0x5E] {
      forEachSpelling(MaskSpelling.Subject(value: UInt32(lead)), body)
    }
    body(0x5C, 0x5C)
  }

  private func forEachSpelling(_ subject: MaskSpelling.Subject, _ body: (UInt8, UInt8) -> Void) {
    for way in 0..<MaskSpelling.ways {
      guard let token = MaskSpelling.token(way, of: subject) else { continue }
      if token.count == 1 {
        forEachFirst(of: min(pattern.count - 1, 1)) { body(token.bytes[0], $0) }
        for index in 1..<min(pattern.count, 4) {
          forEachFirst(of: index) { body(token.bytes[0], $0) }
        }
        for pause in "'\"\\$%&=".utf8 { body(token.bytes[0], pause) }
        continue
      }
      for first in cases(token.bytes[0]) {
        for second in cases(token.bytes[1]) { body(first, second) }
      }
    }
  }

  private func cases(_ byte: UInt8) -> [UInt8] {
    ASCIIClass.isLetter(byte) ? [byte | 0x20, byte & ~0x20] : [byte]
  }
}
