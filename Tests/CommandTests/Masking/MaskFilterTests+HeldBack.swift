import Promises
import SecretMemory
import Testing

@testable import envgate

/// What is held back, for how long, and what is left of it.
extension MaskFilterTests {
  @Test func `what cannot become an occurrence is let out at once`() throws {
    let stream = FilteredStream(try Self.automaton(["top secret"]))
    stream.feed("Continue? [y/N] ")
    #expect(stream.text == "Continue? [y/N] ")
    #expect(!stream.isWaiting)
  }

  @Test func `a question that ends like a value begins is let out, and the value still hidden`()
    throws
  {
    let stream = FilteredStream(try Self.automaton([": top secret"]))
    stream.feed("Name: ")
    #expect(stream.text == "Name")
    #expect(stream.isWaiting)
    stream.release()
    #expect(stream.text == "Name: ")
    #expect(!stream.isWaiting)
    stream.release()
    stream.feed("top secret and ")
    #expect(stream.text == "Name: *** and ")
    // Where it goes on otherwise, nothing is lost and nothing comes twice.
    stream.feed("x: ")
    stream.release()
    stream.feed("y")
    stream.finish()
    #expect(stream.text == "Name: *** and x: y")
  }

  @Test(
    .promise(.maskedInPieces),
    arguments: [
      ("1234", "1***"), ("123456", "12***"), ("topsecret", "top***"),
      ("topsecret and more", "top***"),
    ])
  func `a value that is written slowly shows three characters at most, and less than its half`(
    value: String, expected: String
  ) throws {
    let stream = FilteredStream(try Self.automaton([value]))
    for byte in value.utf8 {
      stream.feed([byte])
      stream.release()
    }
    stream.finish()
    #expect(stream.text == expected)
  }

  @Test(.promise(.maskedInPieces))
  func `a beginning that is longer is held until it is broken off or the stream ends`() throws {
    let stream = FilteredStream(try Self.automaton(["top secret"]))
    stream.feed("a top sec")
    stream.release()
    #expect(stream.text == "a ")
    stream.feed("tion top s")
    #expect(stream.text == "a top section ")
    stream.finish()
    #expect(stream.text == "a top section top s")
  }

  @Test(.promise(.maskedInPieces))
  func `an occurrence that may go on as a longer one is one in the end`() throws {
    let automaton = try Self.automaton(["abcdef", "defghijk"])
    for split in 0...15 {
      let text = Array("<abcdefghijk>  ".utf8)
      let out = Self.masked(automaton, [Array(text[..<split]), Array(text[split...])])
      #expect(String(decoding: out, as: UTF8.self) == "<***>  ", "at \(split)")
    }
    let stream = FilteredStream(automaton)
    stream.feed("abcdef")
    #expect(stream.text == "***")
    #expect(!stream.isWaiting)
    stream.feed("g!")
    #expect(stream.text == "***g!")
  }

  @Test(.promise(.maskedInPieces))
  func `no-echo: what has gone out is not kept`() throws {
    let stream = FilteredStream(try Self.automaton(["top secret value"]))
    stream.feed("plain canary top secret va")
    #expect(stream.keeps("top secret va"), "held back")
    #expect(!stream.keeps("canary"))
    stream.feed("lue.")
    #expect(!stream.keeps("secret"))
    #expect(stream.text == "plain canary ***.")
  }

  // MARK: Lines of base64

  /// What base64(1) makes of it.
  static func base64(_ text: [UInt8], columns: Int, end: String) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var out = ""
    for start in stride(from: 0, to: text.count, by: 3) {
      let group = text[start..<min(start + 3, text.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for place in 0..<4 {
        if out.replacing(end, with: "").count % columns == 0, !out.isEmpty,
          out.hasSuffix(end) == false
        {
          out += end
        }
        out.append(place > group.count ? "=" : digits[bits >> (18 - 6 * place) & 63])
      }
    }
    return out + end
  }

  @Test(.promise(.maskedValues), arguments: [(76, "\n"), (64, "\n"), (76, "\r\n"), (60, "\n")])
  func `base64 is found across the ends of its lines`(columns: Int, end: String) throws {
    let value = "a token of some length, 4f2c"
    let automaton = try Self.automaton([value])
    for before in 0..<90 {
      let filler = (0..<before).map { UInt8(97 + $0 % 7) }
      let text = filler + Array(value.utf8) + Array(String(repeating: "z", count: 60).utf8)
      let encoded = Array(Self.base64(text, columns: columns, end: end).utf8)
      let whole = String(decoding: Self.masked(automaton, [encoded]), as: UTF8.self)
      let bytewise = String(decoding: Self.masked(automaton, encoded.map { [$0] }), as: UTF8.self)
      #expect(whole == bytewise, "behind \(before)")
      // Of 38 characters one at either end is no longer the value's alone.
      #expect(whole.contains("***"), "behind \(before): \(whole)")
      let left = whole.filter { $0 != "*" && !$0.isNewline }.count
      let all = encoded.count { $0 != 0x0A && $0 != 0x0D }
      #expect((36...38).contains(all - left), "behind \(before): \(whole)")
    }
  }

  @Test(
    .promise(.maskedValues), arguments: [1, 3, 4, 8, 16, 20, 31, 40, 41, 57, 100],
    ["", "  ", "\t\t"])
  func `base64 is found in lines of any width and indentation`(columns: Int, indent: String)
    throws
  {
    let value = "a token of some length, 4f2c, that goes on for more than a line of seventy-six"
    let automaton = try Self.automaton([value])
    for before in 0..<4 {
      let text = Array(repeating: UInt8(ascii: "#"), count: before) + Array(value.utf8)
      let encoded = indent + Self.base64(text, columns: columns, end: "\n" + indent) + "\nend\n"
      // Far from the end of the text, where every place is looked at.
      let log = encoded + String(repeating: "a line of a log\n", count: 200)
      let out = String(
        decoding: Self.masked(automaton, [Array(log.utf8)], chunk: 8_192), as: UTF8.self)
      let head = out.prefix { $0 != "l" }
      #expect(head.contains("***"), "\(columns) behind \(before): \(head)")
      let left = head.dropLast("end\na ".count).filter { $0.isLetter || $0.isNumber }.count
      #expect(left <= 8, "\(columns) behind \(before): \(head)")
    }
  }
}
