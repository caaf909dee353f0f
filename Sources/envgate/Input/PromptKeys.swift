/// Makes a value of the bytes that a terminal sends at a prompt without echo (ECMA-48; xterm's bracketed paste).
///
/// Invariant: what lies between the marks of a paste is the value's, byte for byte, newlines and control
/// characters included; outside of them Enter ends the value, and keys that move a cursor mean nothing.
struct PromptKeys {
  enum Step: Equatable {
    case byte(UInt8)
    case end, interrupt, erase, eraseLine
  }

  private enum State: Equatable { case ground, escape, sequence([UInt8]) }

  private var state = State.ground
  private var isPasting = false
  /// How much of the mark that ends a paste has come.
  private var matched = 0

  private static let pasteEnd = Array("\u{1B}[201~".utf8)

  /// What a byte means; several steps where a mark had begun that was none.
  mutating func steps(_ byte: UInt8) -> [Step] {
    if isPasting { return pasted(byte) }
    switch state {
    case .ground: return ground(byte)
    case .escape:
      state = byte == UInt8(ascii: "[") || byte == UInt8(ascii: "O") ? .sequence([]) : .ground
      return []
    case .sequence(let begun):
      guard (0x40...0x7E).contains(byte) else {
        state = begun.count < 16 ? .sequence(begun + [byte]) : .ground
        return []
      }
      state = .ground
      isPasting = begun == Array("200".utf8) && byte == UInt8(ascii: "~")
      return []
    }
  }

  private mutating func ground(_ byte: UInt8) -> [Step] {
    switch byte {
    case 0x1B:
      state = .escape
      return []
    case UInt8(ascii: "\n"), 0x04: return [.end]
    case 0x03: return [.interrupt]
    case 0x08, 0x7F: return [.erase]
    case 0x15: return [.eraseLine]
    default: return [.byte(byte)]
    }
  }

  private mutating func pasted(_ byte: UInt8) -> [Step] {
    if byte == Self.pasteEnd[matched] {
      matched += 1
      if matched == Self.pasteEnd.count {
        matched = 0
        isPasting = false
      }
      return []
    }
    let held = Self.pasteEnd[..<matched].map(Step.byte)
    matched = 0
    // The mark's first byte stands in it once: only there can it begin anew.
    if byte == Self.pasteEnd[0] {
      matched = 1
      return held
    }
    return held + [.byte(byte)]
  }
}
