import Glibc
import SecretMemory
import Testing

@testable import envgate

@Suite struct ConsoleInputTests {
  @Test(arguments: [
    ("value\n", "value"), ("value", "value"), ("value\n\n", "value\n"), ("\n", ""), ("", ""),
    ("value\r\n", "value\r"), ("a\nb", "a\nb"),
  ])
  func `one newline at the end is dropped, and no other byte`(input: String, value: String) throws {
    #expect(try read(input, dropsNewline: true).text == value)
    #expect(try read(input, dropsNewline: false).text == input)
  }

  @Test func `the longest value fits, with its newline too`() throws {
    let longest = String(repeating: "x", count: 65_536)
    #expect(try read(longest, dropsNewline: false).count == 65_536)
    #expect(try read(longest + "\n", dropsNewline: true).count == 65_536)
  }

  @Test(arguments: [("x", true), ("\n", false), ("\n\n", true)])
  func `a longer value is refused before anything is sent`(tail: String, drops: Bool) throws {
    let input = String(repeating: "x", count: 65_536) + tail
    let fault = #expect(throws: CommandFault.self) { try read(input, dropsNewline: drops) }
    #expect(fault?.reason == "limit.value")
  }

  @Test func `a file is taken to its last byte`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/file"
    let descriptor = open(path, O_CREAT | O_WRONLY, 0o600)
    write(descriptor, "a\0b\n", 4)
    close(descriptor)
    #expect(try SecretInput.read(file: path).text == "a\0b\n")
    let missing = #expect(throws: CommandFault.self) {
      try SecretInput.read(file: folder.path + "/none")
    }
    #expect(missing?.reason == "file.unreadable")
  }

  @Test(arguments: [
    ("clientSecret", "s\"é"), ("number", "12"), ("object", "{ \"a\": [1] }"), ("null", "null"),
    ("empty", ""),
  ])
  func `a member is a string's text, else its JSON`(field: String, expected: String) throws {
    let value = try SecretBuffer(
      text:
        #"{"clientSecret":"s\"\u00e9", "number": 12 ,"object":{ "a": [1] },"null":null,"empty":""}"#
    )
    #expect(try FieldReader.field(field, of: value).text == expected)
  }

  @Test(arguments: [
    #"{"a":"topsecret"}"#, #"["topsecret"]"#, #""topsecret""#, "topsecret", "", "{\"topsecret\":}",
  ])
  func `a member that is not there is told without the value`(value: String) throws {
    let fault = try #require(throws: CommandFault.self) {
      _ = try FieldReader.field("clientSecret", of: try SecretBuffer(text: value))
    }
    #expect(fault.reason == "value.field")
    #expect(!fault.sentence.contains("topsecret"))
  }

  @Test(arguments: [
    ("value", nil), ("", nil), ("a\r\nb", nil), ("a\u{FEFF}b", nil),
    ("value\r", "kept the carriage return (CR) at the end: the value has 6 bytes"),
    ("value\n", "kept the newline at the end: the value has 6 bytes"),
    ("value\r\n", "kept the CR LF at the end: the value has 7 bytes"),
    ("\n", "kept the newline at the end: the value has 1 byte"),
    ("\u{FEFF}value", "kept the byte order mark at the beginning: the value has 8 bytes"),
    (
      "\u{FEFF}value\r",
      "kept the byte order mark at the beginning and the carriage return (CR) at the end: the value has 9 bytes"
    ),
  ])
  func `what an editor leaves at the ends of a value is told`(value: String, told: String?) throws {
    #expect(try SecretBuffer(text: value).keptInWords == told)
  }

  private func read(_ input: String, dropsNewline: Bool) throws -> SecretBuffer {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/file"
    let writer = open(path, O_CREAT | O_WRONLY, 0o600)
    let bytes = Array(input.utf8)
    try #require(write(writer, bytes, bytes.count) == bytes.count)
    close(writer)
    let descriptor = open(path, O_RDONLY)
    defer { close(descriptor) }
    return try SecretInput.read(descriptor, dropsNewline: dropsNewline)
  }
}
