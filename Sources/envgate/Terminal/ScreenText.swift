import VaultCore

/// Text in rows of a screen, whatever its writer would like a reader to see.
///
/// Invariants: a row holds no character that could steer a terminal, is no wider than asked, and no mark
/// stands on anything but a letter or a digit, two of them at most: a heap of marks would reach into the
/// rows above and below, and one on a quote would hide where a quotation ends.
enum ScreenText {
  private static let mostMarks = 2

  /// The text with such marks as `\u{…}`, and what the charset does not have.
  static func shown(_ text: String, charset: Charset) -> String {
    let text = PlainText.shown(text)
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
    var shown = ""
    var carries = false
    var marks = 0
    for scalar in text.unicodeScalars {
      if scalar.isASCII || DisplayWidth.of(scalar) > 0 {
        carries = ForeignText.isLetter(scalar)
        marks = 0
      } else {
        marks += 1
        guard carries, marks <= mostMarks else {
          shown += ForeignText.escape(of: scalar)
          continue
        }
      }
      shown.unicodeScalars.append(scalar)
    }
    return charset.shown(shown)
  }

  /// The text with a mark and a count for each run of more than two blanks: nobody writes with them, but they draw.
  static func gathered(_ text: String, charset: Charset) -> String {
    if !text.contains("   ") { return text }
    var gathered = ""
    var blanks = 0
    func pour() {
      gathered +=
        blanks <= 2
        ? String(repeating: " ", count: blanks)
        : charset == .utf8 ? " ␣×\(blanks) " : " [\(blanks) blanks] "
      blanks = 0
    }
    for character in text {
      if character == " " {
        blanks += 1
      } else {
        pour()
        gathered.append(character)
      }
    }
    pour()
    return gathered
  }

  /// The text in pieces of so many columns, broken at blanks where that leaves no great gap.
  static func wrapped(_ text: String, to width: Int) -> [String] {
    let width = max(1, width)
    if text.utf8.allSatisfy({ $0 < 0x80 }) {
      // A long text is most of the time this one, and its bytes are its columns.
      let bytes = Array(text.utf8)
      return pieces(of: bytes, width: width, blank: UInt8(ascii: " ")) { _ in 1 }
        .map { String(decoding: $0, as: UTF8.self) }
    }
    return pieces(of: Array(text), width: width, blank: " ") { DisplayWidth.of(String($0)) }
      .map { String($0) }
  }

  private static func pieces<Unit: Equatable>(
    of units: [Unit], width: Int, blank: Unit, columns: (Unit) -> Int
  ) -> [ArraySlice<Unit>] {
    var pieces: [ArraySlice<Unit>] = []
    var start = 0
    var filled = 0
    var lastBlank: Int?
    for (index, unit) in units.enumerated() {
      let next = columns(unit)
      if filled + next > width, index > start {
        if unit != blank, let last = lastBlank, (last - start) * 2 >= index - start {
          pieces.append(units[start..<last])
          start = last + 1
        } else {
          pieces.append(units[start..<index])
          start = index
        }
        lastBlank = nil
        filled = units[start..<index].reduce(0) { $0 + columns($1) }
      }
      if unit == blank { lastBlank = index }
      filled += next
    }
    pieces.append(units[start...])
    return pieces
  }
}
