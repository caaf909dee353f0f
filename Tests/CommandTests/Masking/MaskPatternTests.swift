import Promises
import SecretMemory
import TestSupport
import Testing

@testable import envgate

@Suite struct MaskPatternTests {
  /// All pieces of some values, as text.
  static func pieces(_ values: String..., except: [String] = []) throws -> [String] {
    let patterns = try MaskPatterns(
      MaskValues(all: values.map { try SecretBuffer(text: $0) }, except: except))
    return (0..<patterns.pieceCount).map { index in
      patterns.withPiece(index) { String(decoding: $0, as: UTF8.self) }
    }
  }

  @Test(
    .promise(.maskedValues),
    arguments: [
      // Lines, without what stands around them, and whatever ends them.
      ("first line\r\n  second line\n\nx\n", ["first line", "second line"]),
      // Leaves: strings decoded, numbers as they stand, from any depth.
      (#"{"a":{"b":["top\"sec\u00fcret",{"c":-12.50e3}]}}"#, ["top\"secüret", "-12.50e3"]),
      (#"["only","array"]"#, ["only", "array"]), (#""a \/ b string""#, ["a / b string"]),
      // JSON in a string of JSON, and lines in one.
      (
        #"{"outer":"{\"inner\":\"hidden\\nbelow\"}"}"#,
        [#"{"inner":"hidden\nbelow"}"#, "hidden", "below"]
      ),
      // What some take for JSON: a key twice, a comma too many, comments, half a character, a mark.
      (#"{"a":"first","a":"other",}"#, ["first", "other"]),
      (
        "[ // why\n\"f\\u00fcrst\", \"\\ud800rest\", -98765 ]", ["fürst", #"\ud800rest"#, "-98765"]
      ),
      ("\u{feff}{\"a\":\"first\"}\r\n", ["first"]), (#"{"a":"never ends"#, ["never ends"]),
      // A text of several JSON texts.
      ("{\"a\":\"first\"}\n{\"a\":\"other\"}\n", ["first", "other"]),
    ])
  func `a value, each of its lines and each leaf of its JSON are hidden`(
    value: String, pieces: [String]
  ) throws {
    let patterns = try Self.pieces(value)
    for piece in [value] + pieces { #expect(patterns.contains(piece), "\(piece)") }
  }

  @Test(
    .promise(.maskedValues),
    arguments: [
      ("\"q\"\\\t\u{1}end", #"\"q\"\\\t\u0001end"#), ("\u{1b}[0m red", #"\u001B[0m red"#),
      ("https://x/y", #"https:\/\/x\/y"#), ("naïve ☂ 😀", #"na\u00efve \u2602 \ud83d\ude00"#),
      ("naïve ☂ 😀", #"na\u00EFve \u2602 \uD83D\uDE00"#), ("ü/ü?", #"\u00fc\/\u00fc?"#),
      ("a<b>&c", #"a\u003cb\u003e\u0026c"#), ("it's \"so\"+", #"it\u0027s \u0022so\u0022\u002B"#),
      // URLs: RFC 3986, lower case, a form, JavaScript, Python.
      ("a b/ü~", "a%20b%2F%C3%BC~"), ("a b/ü~", "a%20b%2f%c3%bc~"), ("a b/ü~", "a+b%2F%C3%BC%7E"),
      ("what (now)!", "what%20(now)!"), ("/path to", "/path%20to"),
      // Parts of URLs: PHP, Go (password, segment, path), WHATWG (password, query), JavaScript's encodeURI.
      ("a*b c~", "a%2Ab+c%7E"), ("hunter2-/+=?&x", "hunter2-%2F+=%3F&x"),
      ("a:b@/c;", "a:b@%2Fc%3B"),
      ("/a:b@?c", "/a:b@%3Fc"), ("p%w(d)[1]", "p%w(d)%5B1%5D"), ("it's [x]\\", "it%27s%20[x]\\"),
      ("a?b=c#d\"[é]", "a?b=c#d%22%5B%C3%A9%5D"),
      // Gson; JSON in a text of JSON, each escaped by its kind of writer.
      ("<a='b'&c>", #"\u003ca\u003d\u0027b\u0027\u0026c\u003e"#), ("a\"b\nc", #"a\\\"b\\nc"#),
      (#"back\slash"#, #"back\\\\slash"#), ("x<y&z", #"x\\u003cy\\u0026z"#),
      ("it's", #"it\\u0027s"#), ("a/\"b\"", #"a\\\/\\\"b\\\""#), ("a/b/c", #"a\\/b\\/c"#),
      ("naïve", #"na\\u00efve"#), ("\u{1}😀end", #"\\u0001\\ud83d\\ude00end"#),
      // Base64 behind 0, 1 and 2 bytes: what they and what follows have no part in.
      ("topsecret!", "dG9wc2VjcmV0I"), ("topsecret!", "RvcHNlY3JldC"),
      ("topsecret!", "0b3BzZWNyZXQh"),
      ("??>>??>>", "Pz8+Pj8/Pj"), ("??>>??>>", "Pz8-Pj8_Pj"),
    ])
  func `each form that programs write a value in is hidden`(value: String, form: String) throws {
    let out = try MaskFilterTests.masked([value], "<\(form)>")
    // A backslash or quote around it is no part of it.
    #expect(out.filter { !"\\\"'".contains($0) } == "<***>", "\(out)")
  }

  @Test(arguments: ["", "abc", "1", "{}", "   ", "ü!"])
  func `a value of fewer than four bytes is hidden in no form`(value: String) throws {
    #expect(try Self.pieces(value).isEmpty)
  }

  @Test func `nothing shorter than four characters, nothing twice, and neither brackets nor true`()
    throws
  {
    let value = """
      {
          "keys": [
              {
                  "port": 443, "on": true, "off": null, "tiny": "abc", "word": "word"
              }
          ],
          "again": "word"
      }
      """
    let patterns = try Self.pieces(value, "word")
    #expect(patterns.allSatisfy { $0.utf8.count >= 4 })
    #expect(Set(patterns).count == patterns.count)
    for harmless in [
      "true", "null", "    ", "    {", "    }", "{", "        }", "443", "abc",
    ] {
      #expect(!patterns.contains(harmless), "\(harmless)")
    }
    #expect(patterns.count { $0 == "word" } == 1)
  }

  @Test(.promise(.maskedLittleElse))
  func `start-bound: twenty secrets of ten fields are 220 pieces, each there once`() throws {
    var random = SeededRandom(seed: 800)
    let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
    let values = (0..<20).map { secret in
      let fields = (0..<10).map { field in
        let text = String((0..<24).map { _ in letters[Int(random.next() % 36)] })
        return "\"field\(field)\":\"\(text)\""
      }
      return try? SecretBuffer(text: "{\(fields.joined(separator: ","))}")
    }
    let patterns = try MaskPatterns(MaskValues(all: values.compactMap { $0 }))
    #expect(patterns.pieceCount == 220)
    #expect(MaskAutomaton(patterns).size < 2 << 20)
  }

  /// Counted, not timed: what is made at the start is what it takes.
  @Test(.promise(.maskedLittleElse), arguments: [1, 20])
  func `start-bound: binary secrets of 60 KB take their own size and little more`(count: Int) throws
  {
    var random = SeededRandom(seed: 60)
    let values = (0..<count).map { _ in
      (0..<60_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }
    let automaton = try MaskFilterTests.automaton(bytes: values)
    #expect(automaton.patterns.pieceCount == count)
    #expect(automaton.size < 2 << 20 + 3 * 60_000 * count, "\(automaton.size)")
  }

  @Test(.promise(.maskedLittleElse))
  func `start-bound: a large text in lines takes a few times its own size`() throws {
    var random = SeededRandom(seed: 61)
    let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789.-{\"".utf8)
    let lines = (0..<4_000).map { _ in
      (0..<15).map { _ in letters[random.below(letters.count)] } + [0x0A]
    }
    let automaton = try MaskFilterTests.automaton(bytes: [Array(lines.joined())])
    #expect(automaton.patterns.pieceCount <= 12_000)
    #expect(automaton.size < 16 << 20, "\(automaton.size)")
  }

  @Test(.promise(.maskedForRunners))
  func `the runner is told of each line and leaf, never of several lines`() throws {
    let value = """
      {
        "key": "-----BEGIN-----\\nabcd%25\\r\\n-----END-----\\n",
        "id": "12345"
      }
      """
    var commands: [String] = []
    let values = [try SecretBuffer(text: value), try SecretBuffer(text: "100%\r\n")]
    try RunnerMasks.forEach(MaskValues(all: values)) {
      commands.append(String(decoding: $0, as: UTF8.self))
    }
    #expect(
      Set(commands) == [
        "::add-mask::-----BEGIN-----\n", "::add-mask::abcd%2525\n", "::add-mask::-----END-----\n",
        "::add-mask::12345\n", "::add-mask::100%25\n", "::add-mask::\"id\": \"12345\"\n",
        "::add-mask::\"key\": \"-----BEGIN-----\\nabcd%2525\\r\\n-----END-----\\n\",\n",
      ])
    #expect(Set(commands).count == commands.count)
  }
}
