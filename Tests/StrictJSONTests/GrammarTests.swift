import Promises
import SecretMemory
import StrictJSON
import Testing

@Suite struct GrammarTests {
  @Test(arguments: [
    ("", JSONFault.Code.empty, 0), ("  ", .empty, 2), ("{\"a\":1,}", .unexpectedByte, 7),
    ("[1,]", .unexpectedByte, 3), ("[1 2]", .unexpectedByte, 3), ("{\"a\" 1}", .unexpectedByte, 5),
    ("01", .invalidNumber, 1), ("-", .unexpectedEnd, 1), ("1.", .unexpectedEnd, 2),
    ("1e", .unexpectedEnd, 2), ("+1", .unexpectedByte, 0), ("tru", .unexpectedEnd, 3),
    ("trux", .unexpectedByte, 3), ("\"\u{1}\"", .controlCharacter, 1),
    ("\"\\x\"", .invalidEscape, 1), ("\"\\ud800\"", .loneSurrogate, 1),
    ("\"\\ud800\\u0041\"", .loneSurrogate, 1), ("\"\\udc00\"", .loneSurrogate, 1),
    ("1 2", .trailingGarbage, 2), ("{\"a\":1,\"a\":2}", .duplicateKey, 7),
    ("{\"a\":1,\"\\u0061\":2}", .duplicateKey, 7), ("// c\n1", .unexpectedByte, 0),
    ("\u{FEFF}1", .byteOrderMark, 0), ("[", .unexpectedEnd, 1), ("{", .unexpectedEnd, 1),
    ("{\"a\"", .unexpectedEnd, 4), ("{\"a\":", .unexpectedEnd, 5),
  ])
  func `each fault has its code and its byte`(text: String, code: JSONFault.Code, offset: Int) {
    #expect(fault(text) == JSONFault(code, at: offset), "\(text)")
  }

  @Test(.promise(.malformedJSON))
  func `nesting ends at 32, and a hundred thousand brackets are refused at the 33rd`() {
    let deep = { (count: Int) in
      String(repeating: "[", count: count) + String(repeating: "]", count: count)
    }
    #expect(fault(deep(32)) == nil)
    #expect(fault(deep(33)) == JSONFault(.tooDeep, at: 32))
    #expect(fault(String(repeating: "[", count: 100_000)) == JSONFault(.tooDeep, at: 32))
  }

  @Test func `every truncation of a message is refused`() {
    let text = Array(
      #"{"jsonrpc":"2.0","id":1,"method":"secret.get","params":{"a":[1,-2.5e3,true,null,"ü\n\u00fc"]}}"#
        .utf8)
    #expect(fault(text) == nil)
    for count in 0..<text.count { #expect(fault(Array(text[..<count])) != nil, "\(count) bytes") }
  }

  @Test func `twenty thousand keys are checked for duplicates, the last one too`() {
    let keys = (0..<20_000).map { "\"k\($0)\":0" }
    #expect(fault("{" + keys.joined(separator: ",") + "}") == nil)
    #expect(fault("{" + (keys + ["\"k7\":0"]).joined(separator: ",") + "}")?.code == .duplicateKey)
  }

  @Test func `comments stand where white space may, in files alone`() {
    #expect(fault("// a\n{ // b ü\n \"a\": 1 // c\n} // d", options: .file) == nil)
    #expect(fault("/ a\n1", options: .file)?.code == .unexpectedByte)
    #expect(fault("/* a */ 1", options: .file)?.code == .unexpectedByte)
    #expect(fault("\"// no comment\"", options: .file) == nil)
    #expect(fault("1 // at the end", options: .wire)?.code == .trailingGarbage)
    #expect(fault(Array("// ".utf8) + [0xFF, 0x0A, 0x31], options: .file)?.code == .invalidUTF8)
  }

  @Test(arguments: [
    ("0", Int64(0)), ("-0", 0), ("-1", -1), ("9007199254740991", 9_007_199_254_740_991),
    ("-9007199254740991", -9_007_199_254_740_991),
  ])
  func `integers are read within 2^53`(text: String, expected: Int64) throws {
    #expect(try read(text) { try $0.integer() } == expected)
  }

  @Test(arguments: ["9007199254740992", "-9007199254740992", "123456789012345678901234567890"])
  func `integers beyond 2^53 are out of range`(text: String) {
    #expect(throws: JSONFault(.outOfRange, at: 0)) { try read(text) { try $0.integer() } }
  }

  @Test(arguments: ["1.0", "1e2", "\"1\"", "true", "null", "[1]"])
  func `what is no integer in writing is none`(text: String) {
    #expect(throws: JSONFault(.wrongType, at: 0, "an integer")) {
      try read(text) { try $0.integer() }
    }
  }

  @Test func `members are asked for by name, and what nobody asked for is refused with its byte`()
    throws
  {
    try read(#"{"a":1,"\u0062":"two","c":null}"#) { value in
      var object = try value.object()
      #expect(try object.required("a").integer() == 1)
      #expect(try object.required("b").string() == "two")
      #expect(throws: JSONFault(.unknownMember, at: 22)) { try object.finish() }
      #expect(object.optional("c")?.isNull == true)
      #expect(object.optional("d") == nil)
      #expect(throws: JSONFault(.missingMember, at: 0, "d")) { try object.required("d") }
      try object.finish()
    }
  }

  @Test(arguments: [
    ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"),
    ("Zm9vYmE=", "fooba"), ("Zm9vYmFy", "foobar"),
  ])
  func `base64 of RFC 4648, section 10`(text: String, expected: String) throws {
    let bytes = try read("\"\(text)\"") { value in
      try value.base64Secret().withUnsafeBytes { Array($0) }
    }
    #expect(bytes == Array(expected.utf8))
  }

  @Test(arguments: [
    "Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zg==Zg==", "Zm 8=", "Zm8-", "Zm8_",
  ])
  func `base64 that is not canonical is refused`(text: String) {
    #expect(throws: JSONFault(.invalidBase64, at: 0)) {
      try read("\"\(text)\"") { try $0.base64Secret() }
    }
  }

  @Test func `escapes decode to their bytes, in strings and in secrets`() throws {
    let text = #""\"\\\/\b\f\n\r\tü\u00fc\ud834\udd1e\u0000""#
    let expected = "\"\\/\u{8}\u{C}\n\r\tü\u{FC}\u{1D11E}\u{0}"
    #expect(try read(text) { try $0.string() } == expected)
    #expect(
      try read(text) { try $0.secret().withUnsafeBytes { Array($0) } } == Array(expected.utf8))
  }
}

func read<Result>(_ text: String, _ body: (JSONValue) throws -> Result) throws -> Result {
  var reader = JSONReader()
  return try Array(text.utf8).withUnsafeBytes { try reader.read($0, body) }
}
