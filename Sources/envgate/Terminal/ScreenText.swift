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
        carries = isCarrier(scalar)
        marks = 0
      } else {
        marks += 1
        guard carries, marks <= mostMarks else {
          shown += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
          continue
        }
      }
      shown.unicodeScalars.append(scalar)
    }
    return charset.shown(shown)
  }

  private static func isCarrier(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .letterNumber, .otherNumber:
      true
    default: false
    }
  }

  /// The text in pieces of so many columns, broken at blanks where that leaves no great gap.
  static func wrapped(_ text: String, to width: Int) -> [String] {
    let width = max(1, width)
    if DisplayWidth.of(text) <= width { return [text] }
    var pieces: [String] = []
    var piece: [Character] = []
    var filled = 0
    for character in text {
      let next = DisplayWidth.of(String(character))
      if filled + next > width, !piece.isEmpty {
        let rest = piece.lastIndex(of: " ").flatMap { blank in
          blank * 2 >= piece.count && character != " " ? Array(piece[(blank + 1)...]) : nil
        }
        pieces.append(String(piece.dropLast(rest?.count ?? 0)))
        piece = rest ?? []
        filled = piece.reduce(0) { $0 + DisplayWidth.of(String($1)) }
      }
      piece.append(character)
      filled += next
    }
    return pieces + [String(piece)]
  }
}
