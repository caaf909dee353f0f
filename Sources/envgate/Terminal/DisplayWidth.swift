/// How many columns a terminal gives a text: none to a mark that combines, two to what is wide in
/// East-Asian type (UAX #11), one to the rest, as wcwidth(3) has it.
enum DisplayWidth {
  static func of(_ text: some StringProtocol) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.unicodeScalars.reduce(0) { $0 + of($1) }
  }

  static func of(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0..<0x300: 1
    // Vowels and finals of Hangul, which join the consonant before them.
    case 0x1160...0x11FF, 0xD7B0...0xD7FF: 0
    case _ where isWide(scalar.value): 2
    // Flags are pairs of these, and each is one column.
    case 0x1F1E6...0x1F1FF: 1
    default: width(scalar.properties)
    }
  }

  private static func width(_ properties: Unicode.Scalar.Properties) -> Int {
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: 0
    default: properties.isEmojiPresentation ? 2 : 1
    }
  }

  /// The blocks that are wide as a whole; what is wide by itself alone are pictures.
  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x3029, 0x302E...0x303E, 0x3041...0x3098,
      0x309B...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x16FE3,
      0x17000...0x18CFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F265, 0x20000...0x3FFFD:
      true
    default: false
    }
  }

  /// The text cut to so many columns, the last of them the mark of what is missing.
  static func cut(_ text: String, to columns: Int, mark: String) -> String {
    if of(text) <= columns { return text }
    let room = columns - of(mark)
    var kept = ""
    var width = 0
    // By what a reader takes for one character, so that no mark loses its letter.
    for character in text {
      let next = of(String(character))
      if width + next > room { break }
      kept.append(character)
      width += next
    }
    return kept + mark
  }
}
