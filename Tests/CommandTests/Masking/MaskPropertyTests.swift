import Promises
import TestSupport
import Testing

@testable import envgate

/// Random values through random stacks of writers.
@Suite struct MaskPropertyTests {
  typealias Writer = (name: String, write: @Sendable ([UInt8]) -> [UInt8])

  private static func text(_ bytes: [UInt8], _ body: (Unicode.Scalar) -> String) -> [UInt8] {
    Array(String(decoding: bytes, as: UTF8.self).unicodeScalars.map(body).joined().utf8)
  }

  private static func hex(_ value: UInt32, _ width: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private static func escaped(_ scalar: Unicode.Scalar, ascii: Bool, slash: Bool) -> String {
    switch scalar {
    case "\"": return "\\\""
    case "\\": return "\\\\"
    case "\n": return "\\n"
    case "\t": return "\\t"
    case "/" where slash: return "\\/"
    case _ where scalar.value < 0x20: return "\\u" + hex(scalar.value, 4)
    case _ where ascii && scalar.value >= 0x7F:
      return String(scalar).utf16.map { "\\u" + hex(UInt32($0), 4) }.joined()
    default: return String(scalar)
    }
  }

  static let writers: [Writer] = [
    ("raw", { $0 }),
    ("json", { text($0) { escaped($0, ascii: false, slash: false) } }),
    ("json ascii", { text($0) { escaped($0, ascii: true, slash: false) } }),
    ("json slash", { text($0) { escaped($0, ascii: true, slash: true) } }),
    ("shell single", { text($0) { $0 == "'" ? "'\\''" : String($0) } }),
    ("shell double", { text($0) { $0 == "'" ? "'\"'\"'" : String($0) } }),
    (
      "shell %q",
      {
        text($0) {
          $0.isASCII && !$0.properties.isAlphabetic && $0.value > 32 ? "\\\($0)" : String($0)
        }
      }
    ),
    ("doubled", { text($0) { $0 == "'" || $0 == "\"" ? "\($0)\($0)" : String($0) } }),
    (
      "octal",
      {
        $0.flatMap { byte -> [UInt8] in
          if byte >= 0x20, byte < 0x7F, byte != 0x27, byte != 0x5C { return [byte] }
          let digits = String(byte, radix: 8)
          return Array(("\\" + String(repeating: "0", count: 3 - digits.count) + digits).utf8)
        }
      }
    ),
    (
      "percent",
      {
        $0.flatMap { byte in
          ASCIIClass.isAlphanumeric(byte) ? [byte] : Array(("%" + hex(UInt32(byte), 2)).utf8)
        }
      }
    ),
    (
      "entities",
      {
        text($0) {
          switch $0 {
          case "<": "&lt;"
          case ">": "&gt;"
          case "&": "&amp;"
          case "\"": "&quot;"
          case "'": "&#39;"
          default: $0.isASCII ? String($0) : "&#\($0.value);"
          }
        }
      }
    ),
  ]

  @Test(.promise(.maskedValues), arguments: 0..<150)
  func `property: no letters of a value come through two writers, wherever it is cut`(seed: UInt64)
    throws
  {
    var random = SeededRandom(seed: seed)
    let marks = Array("'\"\\ $`%&=<>/\n\t{}^!~#\u{7f}äß☂😀".unicodeScalars)
    let words = ["Qx7z", "kW3v", "Zr9q", "mJ5y"]
    var value = ""
    for word in words {
      value += word
      for _ in 0..<random.below(3) { value.unicodeScalars.append(marks[random.below(marks.count)]) }
    }
    let inner = Self.writers[random.below(Self.writers.count)]
    let outer = Self.writers[random.below(Self.writers.count)]
    let text = Array("<".utf8) + outer.write(inner.write(Array(value.utf8))) + Array(">\n".utf8)
    let automaton = try MaskFilterTests.automaton([value])
    let whole = String(decoding: MaskFilterTests.masked(automaton, [text]), as: UTF8.self)
    let shown = String(decoding: text, as: UTF8.self)
    for word in words {
      #expect(
        !whole.contains(word),
        "seed \(seed): \(value.debugDescription) as \(inner.name) in \(outer.name): \(shown) gave \(whole)"
      )
    }
    #expect(whole.hasPrefix("<") && whole.hasSuffix(">\n"))
    let split = random.below(text.count)
    for pieces in [text.map { [$0] }, [Array(text[..<split]), Array(text[split...])]] {
      let cut = String(decoding: MaskFilterTests.masked(automaton, pieces), as: UTF8.self)
      #expect(cut == whole, "seed \(seed): cut at \(split): \(shown) gave \(cut), not \(whole)")
    }
  }
}
