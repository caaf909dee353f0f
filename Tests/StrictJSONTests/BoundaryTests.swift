import SecretMemory
import StrictJSON
import Testing

/// Text is read and written eight bytes at a time; what is special may stand in any of them.
@Suite struct BoundaryTests {
  @Test(
    arguments: 0..<20,
    ["\"", "\\", "\n", "\u{1}", "\u{1F}", "ü", "\u{2028}", "\u{1F511}", "\u{7F}"])
  func `a character survives at every place of a word`(place: Int, character: String) throws {
    let text =
      String(repeating: "a", count: place) + character + String(repeating: "b", count: 19 - place)
    var writer = JSONWriter(capacity: 64)
    writer.string(text)
    let written = writer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    #expect(try read(written) { try $0.string() } == text)
  }

  @Test(arguments: [
    (#""secret.get""#, "secret.get"), (#""secret\u002eget""#, "secret.get"), (#""""#, ""),
    (#""é""#, nil), ("\"" + String(repeating: "a", count: 65) + "\"", nil),
    ("\"" + String(repeating: "a", count: 64) + "\"", String(repeating: "a", count: 64)),
  ])
  func `a word of a closed set is ASCII of at most 64 bytes`(text: String, word: String?) throws {
    #expect(try read(text) { try $0.word() } == word)
  }

  @Test(arguments: 0..<20)
  func `a fault is found at every place of a word`(place: Int) {
    for (byte, code) in [
      (0x00, JSONFault.Code.controlCharacter), (0x1F, .controlCharacter), (0x80, .invalidUTF8),
      (0xC0, .invalidUTF8), (0xFF, .invalidUTF8),
    ] as [(UInt8, JSONFault.Code)] {
      var text = Array("\"aaaaaaaaaaaaaaaaaaaa\"".utf8)
      text[place + 1] = byte
      #expect(fault(text) == JSONFault(code, at: place + 1), "\(byte)")
    }
  }

  @Test(arguments: [2, 12, 13, 15, 16, 17, 18, 40])
  func `a repeated key is found among few and among many, however it is spelled`(count: Int) {
    let keys = (0..<count).map { "\"k\($0)\":0" }
    let text = "{" + keys.joined(separator: ",")
    #expect(fault(text + "}") == nil)
    for again in ["\"k0\"", "\"k\(count - 1)\"", "\"\\u006b0\"", "\"\\u006B\(count - 1)\""] {
      #expect(fault(text + ",\(again):0}") == JSONFault(.duplicateKey, at: text.utf8.count + 1))
    }
    #expect(fault(text + ",\"\\u006b\(count)\":0}") == nil)
  }

  @Test(arguments: 0..<40)
  func `base64 decodes to what was encoded, for every length and with escaped slashes`(
    count: Int
  ) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: 255 - $0 * 7) }
    let secret = try bytes.withUnsafeBytes { try SecretBuffer(copying: $0) }
    var writer = JSONWriter()
    writer.value(secret: secret)
    let text = writer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    guard count > 0 else {
      #expect(text == "\"\"")
      return
    }
    #expect(text.hasPrefix(#"{"base64":""#))
    let escaped = text.split(separator: "/", omittingEmptySubsequences: false)
    for spelling in [text, escaped.joined(separator: "\\/")] {
      let back = try read(spelling) { value in
        var object = try value.object()
        return try object.required("base64").base64Secret()
      }
      #expect(back.constantTimeEquals(secret), "\(spelling)")
    }
  }

  @Test func `a copy of a writer goes its own way`() {
    var writer = JSONWriter()
    writer.string("one")
    var copy = writer
    copy.newline()
    copy.string("two")
    writer.reset()
    #expect(copy.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } == "\"one\"\n\"two\"")
    #expect(writer.withUnsafeBytes { $0.isEmpty })
  }

  @Test(arguments: [Int64.min, .min + 1, -10, -9, -1, 0, 9, 10, 99, 100, .max - 1, .max])
  func `integers are written digit by digit as Swift writes them`(value: Int64) {
    var writer = JSONWriter(capacity: 64)
    writer.integer(value)
    #expect(writer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } == "\(value)")
  }
}
