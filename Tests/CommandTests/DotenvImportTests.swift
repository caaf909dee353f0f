import Glibc
import SecretMemory
import Testing
import VaultCore

@testable import envgate

@Suite struct DotenvImportTests {
  @Test(
    arguments: [
      ("", []),
      ("\n \n# nothing\n  # nothing\t\r\n", []),
      ("A=b", ["A", "b"]),
      ("A=b\nC=d\n", ["A", "b", "C", "d"]),
      ("A_1=b\r\n_X=\r\n", ["A_1", "b", "_X", ""]),
      ("  export A=b\nexport\tC = d \nEXPORT=e", ["A", "b", "C", "d", "EXPORT", "e"]),
      ("EXPORTED=b", ["EXPORTED", "b"]),
      ("A= b  c \t\r\nB=", ["A", "b  c", "B", ""]),
      ("A=b # c\nB=b#c\nC=#c\n", ["A", "b", "B", "b#c", "C", "#c"]),
      ("A= #c\nB=b\t#c", ["A", "", "B", "b"]),
      (#"A=it's "so" \n $ ="#, ["A", #"it's "so" \n $ ="#]),
      (#"A='$B \n "c" # d' # e"#, ["A", #"$B \n "c" # d"#]),
      ("A=''\nB=\"\"\n", ["A", "", "B", ""]),
      ("A= \"b\" \nB='c'\r\n", ["A", "b", "B", "c"]),
      (#"A="b\n\r\t\\\"\$ 'c' # d $5""#, ["A", "b\n\r\t\\\"$ 'c' # d $5"]),
      ("A=\"b\n# c\r\n\nD=e\"\nB='\n\n'\nC=f", ["A", "b\n# c\r\n\nD=e", "B", "\n\n", "C", "f"]),
      ("A=’ü", ["A", "’ü"]),
      ("A=b=c==", ["A", "b=c=="]),
    ] as [(String, [String])])
  func `a file says what it seems to say`(file: String, expected: [String]) throws {
    let entries = try read(file)
    #expect(entries.flatMap { [$0.name.text, $0.value.text] } == expected)
  }

  @Test func `a secret knows its line`() throws {
    let entries = try read("# one\n\nA='\n\n'\n\nB=\"\n\"\nC=x")
    #expect(entries.map(\.place) == ["line 3", "line 7", "line 9"])
  }

  @Test func `every value comes back from quotes, byte for byte`() throws {
    // A NUL is refused, and a backtick outside single quotes.
    let all = (1...UInt8.max).map { $0 }
    let backtick = UInt8(ascii: "`")
    let escapes: [UInt8: String] = [
      0x0A: #"\n"#, 0x0D: #"\r"#, 0x09: #"\t"#, 0x5C: #"\\"#, 0x22: #"\""#, 0x24: #"\$"#,
    ]
    let double = all.filter { $0 != backtick }.flatMap { byte in
      escapes[byte].map { Array($0.utf8) } ?? [byte]
    }
    let single = all.filter { $0 != UInt8(ascii: "'") }
    let file =
      Array("A=\"".utf8) + double + Array("\"\nB='".utf8) + single + Array("'\n".utf8)
    let entries = try entries(of: file)
    try #require(entries.count == 2)
    #expect(entries[0].value.withUnsafeBytes { Array($0) } == all.filter { $0 != backtick })
    #expect(entries[1].value.withUnsafeBytes { Array($0) } == single)
  }

  @Test(
    arguments: [
      ("topsecret", 1, .noEqualsSign),
      ("A=b\n\ntopsecret\nC", 3, .noEqualsSign),
      ("export topsecret", 1, .noEqualsSign),
      ("A=-----BEGIN KEY-----\ntop/secret+line\n", 2, .noEqualsSign),
      ("A=b\ntop/secret==", 2, .name(.character(offset: 3))),
      ("=topsecret", 1, .name(.empty)),
      ("export =topsecret", 1, .name(.empty)),
      ("1A=topsecret", 1, .name(.character(offset: 0))),
      ("top secret=b", 1, .name(.character(offset: 3))),
      ("A=b\n\u{FEFF}A=topsecret", 2, .name(.character(offset: 0))),
      ("A\0=topsecret", 1, .nul),
      ("A=b\nB='\ntopsecret\0'", 3, .nul),
      ("A=b\n# topsecret\0", 2, .nul),
      ("Ä=topsecret", 1, .name(.character(offset: 0))),
      ("\n" + String(repeating: "A", count: 256) + "=b", 2, .name(.tooLong)),
      ("A=topsecret\ntopsecret=", 2, .lowerCaseName(offered: nil)),
      ("A=topsecret\r\nTopSecret== \r\n", 2, .lowerCaseName(offered: nil)),
      ("A=topsecret\nkey = topsecret", 2, .lowerCaseName(offered: "KEY")),
      ("A=b\nB=`topsecret`", 2, .backtick),
      ("A= `topsecret", 1, .backtick),
      ("A=b\nB=topsecret`id`", 2, .backtick),
      ("A=\"topsecret `id`\"", 1, .backtick),
      ("A=topsecret${B}", 1, .expansion),
      ("A=b\nB=top$secret", 2, .expansion),
      ("A=\"topsecret\n$_B\"", 2, .expansion),
      ("A=topsecret$(id)", 1, .expansion),
      ("A=\"$(topsecret)\"", 1, .expansion),
      ("A='b'\nB=\"\ntopsecret${C:-d}\"", 3, .expansion),
      ("A=topsecret\rB=topsecret\r", 1, .carriageReturn),
      ("# topsecret\rB=topsecret\n", 1, .carriageReturn),
      ("\nTOPSECRET\rB=topsecret", 2, .carriageReturn),
      ("A='topsecret'\rB=c", 1, .carriageReturn),
      ("A=top\rsecret\n", 1, .carriageReturn),
      ("A='topsecret\n'\nB=c\nA=topsecret", 4, .repeatedName(firstLine: 1)),
      (#"A="topsecret\x""#, 1, .unknownEscape),
      ("A=\"topsecret\n\n\\u0041\"", 3, .unknownEscape),
      ("A=\"topsecret\\\n\"", 1, .unknownEscape),
      ("A=b\nB='topsecret\nC=d\n", 2, .openQuote),
      ("A=b\nB=\"topsecret\nC='d'\n", 2, .openQuote),
      ("A=\"topsecret\\", 1, .openQuote),
      ("A='it's topsecret", 1, .afterQuote),
      ("A=\"top\"secret", 1, .afterQuote),
      ("A='top\nsecret'# b", 2, .afterQuote),
      ("B=c\nA='\n" + String(repeating: "x", count: 65_536) + "'", 2, .tooLong),
    ] as [(String, Int, DotenvFault.Kind)])
  func `a mistake is told with its line, and without what stands there`(
    file: String, line: Int, kind: DotenvFault.Kind
  ) throws {
    let bytes = Array(file.utf8)
    let fault = #expect(throws: DotenvFault.self) {
      try bytes.withUnsafeBytes { bytes in
        var scanner = DotenvScanner(bytes)
        _ = try scanner.assignments()
      }
    }
    #expect(fault == DotenvFault(kind, line: line))
    let told = try #require(throws: CommandFault.self) { try read(file) }
    let isOfCase = if case .lowerCaseName = kind { true } else { false }
    #expect(told.reason == (isOfCase ? "name.case" : "dotenv.invalid"))
    #expect(told.status == .badData)
    #expect(told.sentence.hasPrefix("line \(line): "))
    let said = told.sentence.replacing("envgate secret set", with: "")
    #expect(!said.lowercased().contains("secret"), "\(told.sentence)")
  }

  @Test(
    arguments: [
      "A=\\${B}", "A=b$", "A=${", "A=$1", "A=\"$ B\"", "A=b$$", "A='$B'", "A='$(b)'", #"A="\$(b)""#,
      "A='${B}'", #"A="\${B}""#, "A='`b`'", "A=b${}", "A=b # $B `c`",
    ])
  func `what readers agree on is taken, near what they do not`(file: String) throws {
    if file.hasPrefix("A=\\") {
      // Without quotes a backslash is a backslash, and most readers expand behind it.
      #expect(throws: CommandFault.self) { try read(file) }
    } else {
      #expect(try read(file).map(\.name.text) == ["A"])
    }
  }

  @Test func `a byte order mark is passed over, and UTF-16 is named as what it is`() throws {
    let entries = try read("\u{FEFF}A=b\nC=d")
    #expect(entries.flatMap { [$0.name.text, $0.value.text] } == ["A", "b", "C", "d"])
    #expect(try read("\u{FEFF}").isEmpty)
    let text = Array("A=topsecret\n".utf16)
    let little = text.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    let big = text.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
    for file in [[0xFF, 0xFE] + little, [0xFE, 0xFF] + big, little, big] {
      let fault = #expect(throws: CommandFault.self) { try self.entries(of: file) }
      #expect(fault?.sentence.hasPrefix("line 1: the file is UTF-16; save it as UTF-8") == true)
    }
  }

  @Test(
    arguments: [
      ("A=b\nC='\r'\n", nil, nil), ("A=b\nC=d\r\nE=f\r\n", 2, nil), ("A=b\r", 1, nil),
      ("\r\n\nA=b", 1, nil), ("A='b'  \r\n", 1, nil), ("# a\n# b\r\n", 2, nil),
      ("A='\r\n'", nil, 1), ("A=\"b\n\r\n\" # c\r\n", 3, 2),
    ] as [(String, Int?, Int?)])
  func `a carriage return at the end of a line is told, kept in quotes and dropped elsewhere`(
    file: String, line: Int?, kept: Int?
  ) throws {
    let bytes = Array(file.utf8)
    let notes = try bytes.withUnsafeBytes { bytes in
      var scanner = DotenvScanner(bytes)
      _ = try scanner.assignments()
      return scanner.notes
    }
    #expect(notes == DotenvNotes(carriageReturn: line, keptCarriageReturn: kept))
    #expect(notes.sentences.count == [line, kept].compactMap { $0 }.count)
  }

  @Test func `the longest value fits, and one byte more does not`() throws {
    let longest = String(repeating: "x", count: 65_536)
    // Escapes count as what they stand for.
    let escaped = String(repeating: #"\n"#, count: 65_536)
    let entries = try read("A=\(longest)\nB=\"\(escaped)\"\nC='\(longest)'\n")
    #expect(entries.map(\.value.count) == [65_536, 65_536, 65_536])
    for file in ["A=\(longest)x", "A=\"\(escaped)x\""] {
      let fault = #expect(throws: CommandFault.self) { try read(file) }
      #expect(fault?.sentence.hasPrefix("line 1: the value is longer") == true)
    }
  }

  @Test func `a file beyond the limit is refused whole`() throws {
    let line = "# " + String(repeating: "x", count: 997) + "\n"
    var file = String(repeating: line, count: ImportFile.limit / 1_000)
    file += String(repeating: "\n", count: ImportFile.limit - file.utf8.count)
    #expect(try read(file).isEmpty)
    let fault = #expect(throws: CommandFault.self) { try read(file + "\n") }
    #expect(fault?.reason == "import.invalid")
  }

  private func read(_ file: String) throws -> [ImportEntry] {
    try entries(of: Array(file.utf8))
  }

  /// Through a descriptor, as from stdin.
  private func entries(of bytes: [UInt8]) throws -> [ImportEntry] {
    let folder = try Folder()
    defer { folder.remove() }
    let descriptor = open(folder.path + "/file", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    defer { close(descriptor) }
    try #require(write(descriptor, bytes, bytes.count) == bytes.count)
    lseek(descriptor, 0, SEEK_SET)
    return try ImportFile.read(descriptor).batches[0].entries
  }
}
