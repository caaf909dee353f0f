/// A key, as far as anything here asks for it.
enum Key: Hashable {
  case up, down, pageUp, pageDown, home, end
  case enter, escape, backspace, eraseLine
  case character(Unicode.Scalar)
}

/// Makes keys of what a terminal sends (ECMA-48; xterm's control sequences).
///
/// What a terminal pastes is marked by it and is no key, unless text is being typed: a paste that
/// happens to begin with the right letters must not answer for anybody. Where a pasted line or column ends
/// there is a blank, so that the words on both sides stay two.
struct KeyReader {
  private enum State: Hashable {
    case ground
    case escape
    case sequence([UInt8])
    case scalar([UInt8], missing: Int)
  }

  private var state = State.ground
  private(set) var isPasting = false

  /// The keys in what was read. A lone escape at its end is the key: sequences come in one piece.
  mutating func keys(_ bytes: [UInt8], takesPaste: Bool) -> [Key] {
    var keys: [Key] = []
    for byte in bytes {
      guard var key = step(byte) else { continue }
      if isPasting {
        if key == .enter { key = .character(" ") }
        guard takesPaste, case .character = key else { continue }
      }
      keys.append(key)
    }
    if state == .escape {
      state = .ground
      if !isPasting { keys.append(.escape) }
    }
    return keys
  }

  private mutating func step(_ byte: UInt8) -> Key? {
    switch state {
    case .ground: return ground(byte)
    case .escape:
      // `O` begins what the keypad sends, `[` everything else that is longer.
      state = byte == UInt8(ascii: "[") || byte == UInt8(ascii: "O") ? .sequence([]) : .ground
      return nil
    case .sequence(let begun):
      if (0x40...0x7E).contains(byte) {
        state = .ground
        return key(begun, byte)
      }
      state = begun.count < 16 ? .sequence(begun + [byte]) : .ground
      return nil
    case .scalar(let begun, let missing):
      guard byte & 0xC0 == 0x80 else {
        state = .ground
        return ground(byte)
      }
      guard missing == 1 else {
        state = .scalar(begun + [byte], missing: missing - 1)
        return nil
      }
      state = .ground
      let text = String(validating: begun + [byte], as: UTF8.self)
      // What a control character of eight bits would steer is not text.
      return text?.unicodeScalars.first.flatMap { $0.value < 0xA0 ? nil : .character($0) }
    }
  }

  private mutating func ground(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x1B:
      state = .escape
      return nil
    case 0x09 where isPasting: return .character(" ")
    case 0x0A, 0x0D: return .enter
    case 0x08, 0x7F: return .backspace
    case 0x15: return .eraseLine
    case 0x02: return .pageUp
    case 0x06: return .pageDown
    case 0x20...0x7E: return .character(Unicode.Scalar(byte))
    case 0xC2...0xDF: state = .scalar([byte], missing: 1)
    case 0xE0...0xEF: state = .scalar([byte], missing: 2)
    case 0xF0...0xF4: state = .scalar([byte], missing: 3)
    default: break
    }
    return nil
  }

  private mutating func key(_ parameters: [UInt8], _ final: UInt8) -> Key? {
    switch (String(decoding: parameters, as: UTF8.self), final) {
    case (_, UInt8(ascii: "A")): return .up
    case (_, UInt8(ascii: "B")): return .down
    case (_, UInt8(ascii: "H")), ("1", UInt8(ascii: "~")), ("7", UInt8(ascii: "~")): return .home
    case (_, UInt8(ascii: "F")), ("4", UInt8(ascii: "~")), ("8", UInt8(ascii: "~")): return .end
    case ("5", UInt8(ascii: "~")): return .pageUp
    case ("6", UInt8(ascii: "~")): return .pageDown
    case ("200", UInt8(ascii: "~")): isPasting = true
    case ("201", UInt8(ascii: "~")): isPasting = false
    default: break
    }
    return nil
  }
}
