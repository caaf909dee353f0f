import Glibc
import Promises
import SecretMemory
import TestSupport
import Testing
import VaultCore
import VaultProtocol

@testable import envgate

/// What `secret get --format` prints, read back by what it is printed for.
@Suite struct SecretFormatTests {
  /// Every byte by itself, at both ends and within, and 300 random values: half of any bytes, half of
  /// those that some reader minds.
  static let values: [[UInt8]] = {
    var values: [[UInt8]] = [[]]
    for byte in UInt8.min...UInt8.max {
      values += [[byte], [0x61, byte, 0x62], [byte, byte, 0x61], [0x61, byte]]
    }
    for text in [
      "a\nb\n", "\n\n", "it's \"so\"", "'\"", "\"'", "a'b`c\"d", "$HOME ${HOME} $(id) `id`",
      "C:\\new\\",
      "a\\\\b", "\\'", "\r\n", "a\rb", "# no comment", "a #b", " a ", "é", "日本\u{2028}x", "a\u{A0}",
      "x'\u{2028}\"y\"", "ghadelimiter_0\nghadelimiter_0", "A<<B\nC\nB", "=", "export X=1",
      MainJobTests.credentials, "-n", "%s\\n", "!!", "~",
    ] { values.append(Array(text.utf8)) }
    var random = SeededRandom(seed: 20_240_517)
    let minded = Array("'\"\\$`#{} \n\ra;&|<>=!~éß\t".utf8)
    for index in 0..<300 {
      values.append(
        (0..<Int.random(in: 1...40, using: &random)).map { _ in
          index % 2 == 0
            ? UInt8.random(in: .min ... .max, using: &random)
            : minded[Int.random(in: 0..<minded.count, using: &random)]
        })
    }
    return values
  }()

  /// What is printed; nil where the value is refused, which must be for a reason and repeat nothing.
  static func printed(_ value: [UInt8], as format: SecretFormat) throws -> [UInt8]? {
    let buffer = try value.withUnsafeBytes { try SecretBuffer(copying: $0) }
    let answer = SecretValueView(
      environment: try EnvironmentName("production"),
      secret: ReleasedSecret(name: try SecretName("KEY"), version: 3, value: buffer))
    do { return try format.text(of: answer).withUnsafeBytes { Array($0) } } catch let fault
      as CommandFault
    {
      #expect(fault.status == .badData)
      #expect(["value.nul", "value.format"].contains(fault.reason))
      return nil
    }
  }

  static func isUTF8(_ value: [UInt8]) -> Bool {
    String(validating: value, as: UTF8.self) != nil
  }

  @Test func `raw is the bytes, and refuses none`() throws {
    for value in Self.values { #expect(try Self.printed(value, as: .raw) == value) }
  }

  @Test func `json is the wire's own, and refuses none`() throws {
    for value in Self.values {
      let line = try #require(try Self.printed(value, as: .json))
      #expect(line.last == 0x0A && !line.dropLast().contains(0x0A))
      let text = String(decoding: line, as: UTF8.self)
      #expect(text.hasPrefix(#"{"environment":"production","name":"KEY","version":3,"value":"#))
      let back = try SecretFormatReaders.json(line)
      #expect(back == value, "\(value)")
    }
  }

  @Test(.promise(.quotedFormats), arguments: ["/bin/bash", "/bin/sh"])
  func `a shell that evaluates the line has every byte, and only a NUL is refused`(shell: String)
    throws
  {
    var carried: [[UInt8]] = []
    var script: [UInt8] = []
    for value in Self.values {
      guard let line = try Self.printed(value, as: .shell) else {
        #expect(value.contains(0), "\(value)")
        continue
      }
      #expect(!value.contains(0))
      carried.append(value)
      // As a script has it: through a command substitution and eval, run in a hostile folder.
      let quoted = line.flatMap { $0 == 0x27 ? Array(#"'\''"#.utf8) : [$0] }
      script += Array("KEY=none\nline=$(printf %s '".utf8) + quoted
      script += Array("') && eval \"$line\"\nprintf '%s' \"$KEY\"; printf '\\000'\n".utf8)
    }
    let done = try Programs.run([shell], input: script)
    #expect(done.code == 0 && done.stderr.isEmpty, "\(done.stderr)")
    #expect(done.stdout == carried.flatMap { $0 + [0] })
  }

  @Test(.promise(.quotedFormats))
  func `our own reader has every byte of a dotenv line`() throws {
    var carried = 0
    for value in Self.values {
      guard let line = try Self.printed(value, as: .dotenv) else { continue }
      carried += 1
      let entries = try line.withUnsafeBytes {
        try ImportFile.read(SecretBuffer(copying: $0)).batches[0].entries
      }
      #expect(entries.map(\.name.text) == ["KEY"])
      #expect(entries.first?.value.withUnsafeBytes { Array($0) } == value, "\(line)")
    }
    #expect(carried > Self.values.count / 3)
  }

  @Test(
    .promise(.quotedFormats),
    arguments: [
      ("", "''"), ("plain", "'plain'"), ("a\nb\n", "'a\nb\n'"),
      (#"{"a":"b\n$x"}"#, #"'{"a":"b\n$x"}'"#),
      ("it's", #""it's""#), ("it's\n#so ", "\"it's\n#so \""), (#"it's "so""#, #"it's "so""#),
      (#"a\b'"#, nil), ("it's $5", nil), (#"it's\"#, nil), ("a\\\\b", nil), ("a\\", nil),
      ("a\rb", nil),
      ("${A}", nil), ("$A", "'$A'"), ("a\0", nil), (#"'"#, "\"'\""), (#"'""#, nil), (#""'"#, nil),
      ("`'\"", nil), ("a'\" #b", nil), ("a'\"b ", nil), ("a'\"\u{2028}'b'", nil), ("é", "'é'"),
    ] as [(String, String?)])
  func `a dotenv line has the quotes in which all readers agree, or there is none`(
    value: String, written: String?
  ) throws {
    let line = try Self.printed(Array(value.utf8), as: .dotenv)
    #expect(line.map { String(decoding: $0, as: UTF8.self) } == written.map { "KEY=\($0)\n" })
  }

  @Test(
    .enabled(if: SecretFormatReaders.node != nil, "optional: there is no node with --env-file"))
  func `Node's own reader has every byte of a dotenv line`() throws {
    try expectRead(by: [SecretFormatReaders.node ?? "", "-e", SecretFormatReaders.nodeScript])
  }

  @Test(
    .enabled(if: SecretFormatReaders.pythonDotenv != nil, "needs the package python3-dotenv"))
  func `python-dotenv has every byte of a dotenv line`() throws {
    try expectRead(
      by: [SecretFormatReaders.pythonDotenv ?? "", "-c", SecretFormatReaders.pythonScript])
  }

  @Test(.enabled(if: SecretFormatReaders.ruby != nil, "optional: there is no dotenv for Ruby"))
  func `Ruby's dotenv has every byte of a dotenv line`() throws {
    try expectRead(by: [SecretFormatReaders.ruby ?? "", "-e", SecretFormatReaders.rubyScript])
  }

  /// Gives a reader all lines, each behind its length, and expects all values, each behind its length.
  private func expectRead(by reader: [String]) throws {
    var input: [UInt8] = []
    var expected: [UInt8] = []
    for value in Self.values {
      guard let line = try Self.printed(value, as: .dotenv) else { continue }
      input += Array("\(line.count)\n".utf8) + line
      expected += Array("\(value.count)\n".utf8) + value
    }
    let done = try Programs.run(reader, input: input)
    #expect(done.code == 0, "\(done.stderr)")
    #expect(done.stdout == expected)
  }

  @Test(.promise(.quotedFormats))
  func `a runner reads every byte of UTF-8 without a NUL, and the rest is refused`() throws {
    var file: [UInt8] = []
    var expected: [[UInt8]] = []
    for value in Self.values {
      guard let lines = try Self.printed(value, as: .githubEnv) else {
        #expect(value.contains(0) || !Self.isUTF8(value), "\(value)")
        continue
      }
      #expect(!value.contains(0) && Self.isUTF8(value))
      file += lines
      expected.append(value)
    }
    let pairs = try SecretFormatReaders.githubPairs(String(decoding: file, as: UTF8.self))
    #expect(pairs.map(\.name) == Array(repeating: "KEY", count: expected.count))
    #expect(pairs.map { Array($0.value.utf8) } == expected)
  }

  @Test(.promise(.heredocDelimiter))
  func `a value that holds the delimiter as a line gets another one`() throws {
    var offered = ["D0", "D1", "D2"]
    let value = try SecretBuffer.copying(text: "D0\nEVIL<<D1\nx\nD1\nD2\r")
    let text = try GitHubEnvFormat.lines("KEY", value) { offered.removeFirst() }.text
    #expect(text.hasPrefix("KEY<<D2\n"))
    let pairs = try SecretFormatReaders.githubPairs(text)
    #expect(pairs.map(\.name) == ["KEY"])
    #expect(pairs.map(\.value) == ["D0\nEVIL<<D1\nx\nD1\nD2\r"])
  }

  @Test(.promise(.heredocDelimiter))
  func `a delimiter is another each time`() throws {
    let value = try SecretBuffer.copying(text: "x")
    let texts = try (0..<50).map { _ in try GitHubEnvFormat.lines("KEY", value).text }
    #expect(Set(texts).count == 50)
    #expect(texts.allSatisfy { $0.utf8.count == "KEY<<\nx\n\n".utf8.count + 2 * (13 + 32) })
  }

  @Test func `a value too long for a format is refused, and told without it`() throws {
    let long = [UInt8](repeating: UInt8(ascii: "'"), count: SecretArena.largestBlock / 2)
    #expect(try Self.printed(long, as: .shell) == nil)
    #expect(try Self.printed(long, as: .raw) == long)
  }
}
