/// Text that somebody else wrote and a person will read: reasons, comments, refs, URLs, arguments.
///
/// Invariant: at most one line and free of what could deceive a reader: no control character (C0, C1,
/// DEL), no line or paragraph separator, no bidirectional control, no zero-width or tag character, nothing
/// that looks like a blank and is none, no private-use character, which each font draws as it likes, and
/// none that never will be a character (Unicode TR 36, TR 39; CVE-2021-42574).
public enum ForeignText {
  /// Whether a scalar may stand in text that is shown to a person.
  public static func allows(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F: false
    case 0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F: false
    case 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F: false
    case 0x2800, 0x3164, 0xFE00...0xFE0F, 0xFEFF, 0xFFA0, 0xFFF0...0xFFFB: false
    case 0x1BCA0...0x1BCA3, 0x1D173...0x1D17A, 0xE0000...0xE0FFF: false
    case 0xE000...0xF8FF, 0xF0000...0x10_FFFF, 0xFDD0...0xFDEF: false
    default: scalar.value & 0xFFFE != 0xFFFE
    }
  }

  /// A scalar by its number, as the Unicode standard writes it: `U+001B`.
  public static func number(of scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// A scalar that may not stand in a text, as Swift and Rust write it: `\u{1B}`.
  public static func escape(of scalar: Unicode.Scalar) -> String {
    "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
  }

  /// Whether it is a letter or a digit, of whatever script.
  public static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .letterNumber, .otherNumber:
      true
    default: false
    }
  }

  /// The text with `\u{…}` for what is not allowed, or would be taken for a character of ASCII.
  public static func legible(_ text: String) -> String {
    let doubts = TextDoubts(text)
    if doubts.isEmpty, text.unicodeScalars.allSatisfy(allows) { return text }
    var shown = ""
    for (place, scalar) in text.unicodeScalars.enumerated() {
      if allows(scalar), !doubts.has(place) {
        shown.unicodeScalars.append(scalar)
      } else {
        shown += escape(of: scalar)
      }
    }
    return shown
  }

  /// The text as it may stand on a terminal or in a log line: quoted, with `\u{…}` for what is not allowed, or
  /// would be taken for a character of ASCII.
  /// - Parameters:
  ///   - text: the foreign text.
  ///   - limit: the number of scalars shown; what is cut is said in words.
  public static func quoted(_ text: String, limit: Int = 1_000) -> String {
    var shown = "\""
    var count = 0
    let doubts = TextDoubts(text)
    for scalar in text.unicodeScalars {
      if count == limit {
        shown += "\" … (\(text.unicodeScalars.count - limit) more characters)"
        return shown
      }
      defer { count += 1 }
      if scalar == "\"" || scalar == "\\" {
        shown += "\\"
        shown.unicodeScalars.append(scalar)
      } else if allows(scalar), !doubts.has(count) {
        shown.unicodeScalars.append(scalar)
      } else {
        shown += escape(of: scalar)
      }
    }
    return shown + "\""
  }
}
