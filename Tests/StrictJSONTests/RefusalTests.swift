import Promises
import StrictJSON
import Testing

/// What is refused where, in bytes that stand here: no folder of vectors is needed for it.
@Suite struct RefusalTests {
  /// What is no UTF-8 (the Unicode Standard, table 3-7), and beside it the nearest that is.
  static let sequences: [(bytes: [UInt8], isValid: Bool)] = [
    // A byte that continues nothing, and those that begin nothing.
    ([0x80], false), ([0xBF], false), ([0xC0, 0x80], false), ([0xC1, 0xBF], false),
    ([0xF5, 0x80, 0x80, 0x80], false), ([0xFE], false), ([0xFF], false),
    // Two bytes, the first and the last, and cut or broken.
    ([0xC2, 0x80], true), ([0xDF, 0xBF], true), ([0xC2], false), ([0xDF, 0x7F], false),
    ([0xC2, 0xC0], false),
    // Three: longer than needed, the first, the last, and cut or broken at each byte.
    ([0xE0, 0x80, 0x80], false), ([0xE0, 0x9F, 0xBF], false), ([0xE0, 0xA0, 0x80], true),
    ([0xE0, 0xBF, 0xBF], true), ([0xE0, 0xC0, 0x80], false), ([0xE1, 0x80, 0x80], true),
    ([0xEC, 0xBF, 0xBF], true), ([0xE1, 0x7F, 0x80], false), ([0xE1, 0xC0, 0x80], false),
    ([0xE1], false), ([0xE1, 0x80], false), ([0xE1, 0x80, 0x7F], false),
    ([0xE1, 0x80, 0xC0], false), ([0xEE, 0x80, 0x80], true), ([0xEF, 0xBF, 0xBF], true),
    // Surrogates.
    ([0xED, 0x7F, 0x80], false), ([0xED, 0x80, 0x80], true), ([0xED, 0x9F, 0xBF], true),
    ([0xED, 0xA0, 0x80], false), ([0xED, 0xBF, 0xBF], false),
    ([0xED, 0xA0, 0xBD, 0xED, 0xB2, 0xA9], false),
    // Four: longer than needed, the first, the last, beyond, and cut or broken at each byte.
    ([0xF0, 0x80, 0x80, 0x80], false), ([0xF0, 0x8F, 0xBF, 0xBF], false),
    ([0xF0, 0x90, 0x80, 0x80], true), ([0xF0, 0xBF, 0xBF, 0xBF], true),
    ([0xF0, 0xC0, 0x80, 0x80], false), ([0xF1, 0x80, 0x80, 0x80], true),
    ([0xF3, 0xBF, 0xBF, 0xBF], true), ([0xF1, 0x7F, 0x80, 0x80], false),
    ([0xF3, 0xC0, 0x80, 0x80], false), ([0xF4, 0x7F, 0x80, 0x80], false),
    ([0xF4, 0x80, 0x80, 0x80], true), ([0xF4, 0x8F, 0xBF, 0xBF], true),
    ([0xF4, 0x90, 0x80, 0x80], false), ([0xF1], false), ([0xF1, 0x80], false),
    ([0xF1, 0x80, 0x80], false), ([0xF1, 0x80, 0x7F, 0x80], false),
    ([0xF1, 0x80, 0xC0, 0x80], false), ([0xF1, 0x80, 0x80, 0x7F], false),
    ([0xF1, 0x80, 0x80, 0xC0], false),
  ]

  /// Before and behind: as a value, as a key, and as both ends of a nested text.
  static let places = [("\"", "\""), ("{\"", "\":1}"), ("[[\"", "\"],{\"a\":2}]")]

  @Test(.promise(.invalidUTF8), arguments: 0..<18)
  func `what is no UTF-8 is refused at its byte, in keys and values, at every place of a word`(
    fill: Int
  ) throws {
    for (before, after) in Self.places {
      for trailing in [0, 1, 9] {
        for (sequence, isValid) in Self.sequences {
          let start = Array(before.utf8) + [UInt8](repeating: 0x61, count: fill)
          let text =
            start + sequence + [UInt8](repeating: 0x62, count: trailing) + Array(after.utf8)
          let found = fault(text)
          #expect((found == nil) == isValid, "\(text)")
          if !isValid {
            #expect(found == JSONFault(.invalidUTF8, at: start.count), "\(text)")
          }
        }
      }
    }
  }

  @Test(.promise(.invalidUTF8))
  func `what is no UTF-8 is refused where the text ends in it, and in comments`() {
    for (sequence, isValid) in Self.sequences {
      let text = [0x22] + sequence
      #expect(
        fault(text)
          == (isValid
            ? JSONFault(.unexpectedEnd, at: text.count) : JSONFault(.invalidUTF8, at: 1)),
        "\(text)")
      let comment = Array("// ".utf8) + sequence + Array("\n1".utf8)
      #expect(
        fault(comment, options: .file) == (isValid ? nil : JSONFault(.invalidUTF8, at: 3)),
        "\(comment)")
    }
    // Outside of strings no byte beyond ASCII stands anywhere.
    #expect(fault([0x31, 0xC2, 0xA0]) == JSONFault(.trailingGarbage, at: 1))
    #expect(fault([0xC2, 0xA0, 0x31]) == JSONFault(.unexpectedByte, at: 0))
  }

  @Test(
    .promise(.invalidUTF8),
    arguments: [
      ([0xEF, 0xBB, 0xBF, 0x31], JSONFault.Code.byteOrderMark, 0),
      ([0xEF, 0xBB, 0x31], .byteOrderMark, 0), ([0xEF, 0x31], .unexpectedByte, 0),
      ([0x31, 0xBB], .trailingGarbage, 1), ([0xFE, 0xFF, 0x00, 0x31], .byteOrderMark, 0),
      ([0xFF, 0xFE, 0x31, 0x00], .byteOrderMark, 0), ([0xFE, 0x31], .unexpectedByte, 0),
      ([0xFF, 0x31], .unexpectedByte, 0), ([0x00, 0x31], .unexpectedByte, 0),
      ([0x31, 0x00], .trailingGarbage, 1), ([0x5B, 0x00, 0x5D, 0x00], .unexpectedByte, 1),
      ([0x00], .unexpectedByte, 0), ([0x20, 0xEF, 0xBB, 0xBF, 0x31], .unexpectedByte, 1),
    ] as [([UInt8], JSONFault.Code, Int)])
  func `a byte order mark and UTF-16 are refused`(text: [UInt8], code: JSONFault.Code, offset: Int)
  {
    #expect(fault(text) == JSONFault(code, at: offset))
  }

  @Test(arguments: [
    // Escapes, and where they end too early.
    (#""\"#, JSONFault.Code.unexpectedEnd, 2), (#""\""#, .unexpectedEnd, 3),
    (#""\a""#, .invalidEscape, 1), (#""\N""#, .invalidEscape, 1), (#""\'""#, .invalidEscape, 1),
    (#""\0""#, .invalidEscape, 1), (#""\U0041""#, .invalidEscape, 1),
    (#""\u004""#, .invalidEscape, 1), (#""\u00g0""#, .invalidEscape, 1),
    (#""\u00G0""#, .invalidEscape, 1), (#""\u00:0""#, .invalidEscape, 1),
    (#""\u00/0""#, .invalidEscape, 1), (#""\u00@0""#, .invalidEscape, 1),
    (#""\u00`0""#, .invalidEscape, 1), (#""\u"#, .unexpectedEnd, 3),
    (#""\u004"#, .unexpectedEnd, 6), (#""\u0041"#, .unexpectedEnd, 7),
    // Surrogates alone, in the wrong order, with something else behind or between.
    (#""\ud800""#, .loneSurrogate, 1), (#""\udbff""#, .loneSurrogate, 1),
    (#""\udc00""#, .loneSurrogate, 1), (#""\udfff""#, .loneSurrogate, 1),
    (#""\ud800\ud800""#, .loneSurrogate, 1), (#""\ud800\ue000""#, .loneSurrogate, 1),
    (#""\ud800\udbff""#, .loneSurrogate, 1), (#""\udc00\ud800""#, .loneSurrogate, 1),
    (#""\ud800udc00""#, .loneSurrogate, 1), (#""\ud800\ndc00""#, .loneSurrogate, 1),
    (#""\ud800.udc00""#, .loneSurrogate, 1), (#""\ud800\udc0""#, .invalidEscape, 7),
    (#"{"\ud800":1}"#, .loneSurrogate, 2),
    // Control characters and strings without an end.
    ("\"\u{0}\"", .controlCharacter, 1), ("\"\u{1F}\"", .controlCharacter, 1),
    ("\"\n\"", .controlCharacter, 1), ("{\"a\tb\":1}", .controlCharacter, 3),
    ("\"abcdefg", .unexpectedEnd, 8), ("\"abcdefgh", .unexpectedEnd, 9), ("\"", .unexpectedEnd, 1),
    // Numbers.
    ("00", .invalidNumber, 1), ("-01", .invalidNumber, 2), ("-a", .invalidNumber, 1),
    ("--1", .invalidNumber, 1), ("1.a", .invalidNumber, 2), ("1..2", .invalidNumber, 2),
    ("1.e1", .invalidNumber, 2), ("1ea", .invalidNumber, 2), ("1e+", .unexpectedEnd, 3),
    ("1e-", .unexpectedEnd, 3), ("1e+-1", .invalidNumber, 3), ("1e1.5", .trailingGarbage, 3),
    ("1f1", .trailingGarbage, 1), (".5", .unexpectedByte, 0), ("0x1", .trailingGarbage, 1),
    ("NaN", .unexpectedByte, 0), ("Infinity", .unexpectedByte, 0), ("1:", .trailingGarbage, 1),
    ("1/", .trailingGarbage, 1),
    // Literals.
    ("fals", .unexpectedEnd, 4), ("falsy", .unexpectedByte, 4), ("nul1", .unexpectedByte, 3),
    ("nulll", .trailingGarbage, 4), ("True", .unexpectedByte, 0), ("t", .unexpectedEnd, 1),
    // Punctuation.
    ("[,1]", .unexpectedByte, 1), ("[1,,2]", .unexpectedByte, 3), ("[1,", .unexpectedEnd, 3),
    ("[1}", .unexpectedByte, 2), ("{\"a\":1]", .unexpectedByte, 6), ("{,}", .unexpectedByte, 1),
    ("{\"a\":1,,\"b\":2}", .unexpectedByte, 7), ("{\"a\":}", .unexpectedByte, 5),
    ("{\"a\",1}", .unexpectedByte, 4), ("{a:1}", .unexpectedByte, 1), ("{1:1}", .unexpectedByte, 1),
    ("{'a':1}", .unexpectedByte, 1), ("{\"a\":1", .unexpectedEnd, 6),
    ("{\"a\":1 \"b\":2}", .unexpectedByte, 7), ("[]]", .trailingGarbage, 2),
    ("{}{}", .trailingGarbage, 2), ("]", .unexpectedByte, 0), ("1,", .trailingGarbage, 1),
    ("\u{B}1", .unexpectedByte, 0), ("\u{C}1", .unexpectedByte, 0), ("1\u{0}", .trailingGarbage, 1),
    // Keys that are the same, at any depth, and however far apart.
    ("[{\"a\":{\"b\":1,\"b\":2}}]", .duplicateKey, 13),
    ("{\"a\":{\"b\":1},\"a\":2}", .duplicateKey, 13), ("{\"\":1,\"\":2}", .duplicateKey, 6),
    (#"{"\u00fc":1,"ü":2}"#, .duplicateKey, 12), (#"{"\/":1,"/":2}"#, .duplicateKey, 8),
  ])
  func `what the grammar does not have is refused at its byte`(
    text: String, code: JSONFault.Code, offset: Int
  ) {
    #expect(fault(text) == JSONFault(code, at: offset))
  }

  @Test(arguments: [
    "0", "-0", "0.0", "-1.5E+10", "1e9", "1E-9", "10", "1\n", "\t1\r\n ", "\"\u{7F}\"",
    #""\ud83d\udd11""#,
    #""\uD800\uDFFF""#, #""\udbff\udc00""#, #""\ud7ff\ue000""#, #""\uffff\uFFFE""#, "[]", "{}",
    "[ ]", "{ }", "[1 , 2]", "{ \"a\" : 1 , \"b\" : 2 }", "\"\"", "\"abcdefgh\"", "null",
    "[null,true,false]",
    #"{"a":1,"A":2,"aa":3,"":4,"\u0000":5}"#, #"{"a":{"a":{"a":1}},"b":{"a":1}}"#,
    #"["\"\\\/\b\f\n\r\t"]"#,
    // Alike to whoever composes characters, and different bytes.
    "{\"\u{FC}\":1,\"u\u{308}\":2}",
  ])
  func `what the grammar has is read`(text: String) { #expect(fault(text) == nil) }

  @Test func `nesting of both kinds ends at 32, and what is closed counts no more`() {
    let deep = { (count: Int) in
      String(repeating: "[{\"a\":", count: count / 2) + (count % 2 == 1 ? "[]" : "1")
        + String(repeating: "}]", count: count / 2)
    }
    #expect(fault(deep(32)) == nil)
    #expect(fault(deep(33)) == JSONFault(.tooDeep, at: 16 * 6))
    #expect(fault("[" + Array(repeating: "[[]]", count: 40).joined(separator: ",") + "]") == nil)
  }

  @Test func `a text is read up to its limit and no byte more`() {
    var options = JSONOptions.wire
    options.mostBytes = 12
    #expect(fault("\"0123456789\"", options: options) == nil)
    #expect(fault("\"0123456789\" ", options: options) == JSONFault(.tooLong, at: 12))
  }
}
