import Promises
import SecretMemory
import TestSupport
import Testing

@testable import envgate

@Suite struct MaskFilterTests {
  static func automaton(_ values: [String], except: [String] = []) throws -> MaskAutomaton {
    try automaton(bytes: values.map { Array($0.utf8) }, except: except)
  }

  static func automaton(bytes: [[UInt8]], except: [String] = []) throws -> MaskAutomaton {
    let values = try bytes.map { bytes in
      try bytes.withUnsafeBytes { try SecretBuffer(copying: $0) }
    }
    return MaskAutomaton(try MaskPatterns(MaskValues(all: values, except: except)))
  }

  /// What each pattern is, spelled as it is.
  static func forms(_ automaton: MaskAutomaton) -> [[UInt8]] {
    (0..<automaton.patterns.count).map { index in
      let pattern = automaton.patterns[index]
      return (0..<pattern.count).map { pattern[$0] }
    }.filter { $0.count >= MaskPieces.least }
  }

  /// What comes out of a filter that a text goes into in pieces.
  static func masked(
    _ automaton: MaskAutomaton, _ pieces: [[UInt8]], chunk: Int = 4_096
  ) -> [UInt8] {
    let stream = FilteredStream(automaton, chunk: chunk)
    for piece in pieces { stream.feed(piece) }
    stream.finish()
    return stream.out
  }

  static func masked(_ values: [String], _ text: String) throws -> String {
    String(decoding: masked(try automaton(values), [Array(text.utf8)]), as: UTF8.self)
  }

  @Test(
    arguments: [
      ("elsewhere", "nothing to hide", "nothing to hide"), ("secret", "secret", "***"),
      ("secret", "a secret, a secret", "a ***, a ***"), ("secret", "secretsecret", "***"),
      ("secret", "a secre", "a secre"), ("secret", "ssecret", "s***"),
      ("aabaab", "aabaabaab", "***"),
      ("line one\nline two", "line one\nline two", "***"),
      ("line one\nline two", "+line one\r\n+line two\r\n", "+***\r\n+***\r\n"),
      (#"{"a":"inner","b":1}"#, #"a=inner {"a":"inner","b":1}"#, "a=*** ***"),
      ("secret", "", ""),
    ])
  func `every occurrence becomes three stars, and nothing else changes`(
    value: String, text: String, expected: String
  ) throws {
    #expect(try Self.masked([value], text) == expected)
  }

  @Test(.promise(.maskedInPieces))
  func `occurrences that overlap or touch become one`() throws {
    #expect(try Self.masked(["abcd", "cdefgh"], "-abcdefgh-") == "-***-")
    #expect(try Self.masked(["abcd", "efgh"], "-abcdefgh-") == "-***-")
    #expect(try Self.masked(["abcdefgh", "cdef"], "-abcdefgh- -abcdefg-") == "-***- -ab***g-")
  }

  @Test(
    .promise(.maskedInPieces),
    arguments: [
      "s3cr3t", "topsecret with a \"quote\" / slash", "-----BEGIN-----\nabcdefgh\n-----END-----",
      "naïve ☂", "1234",
    ])
  func `an occurrence is hidden wherever it is split`(value: String) throws {
    let automaton = try Self.automaton([value])
    for form in Self.forms(automaton) {
      let text = Array("<".utf8) + form + Array(">".utf8)
      for split in 0...text.count {
        let out = Self.masked(automaton, [Array(text[..<split]), Array(text[split...])])
        #expect(out == Array("<***>".utf8), "\(String(decoding: form, as: UTF8.self)) at \(split)")
      }
      #expect(Self.masked(automaton, text.map { [$0] }) == Array("<***>".utf8), "byte by byte")
    }
  }

  @Test(.promise(.maskedInPieces), arguments: 0..<120)
  func `the filter and a plain search agree`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    // Few letters, so that patterns overlap themselves and one another; none that may stand for another.
    let letters = Array("ab/:.".utf8.prefix(2 + random.below(4)))
    func text(_ count: Int) -> [UInt8] {
      (0..<count).map { _ in letters[random.below(letters.count)] }
    }
    let values = (0...random.below(3)).map { _ in
      String(decoding: text(4 + random.below([4, 12, 40][random.below(3)])), as: UTF8.self)
    }
    let automaton = try Self.automaton(values)
    let forms = Self.forms(automaton)
    var input: [UInt8] = []
    for _ in 0..<12 {
      input += text(random.below(30))
      let form = forms[random.below(forms.count)]
      input += random.below(3) == 0 ? form.dropLast(1 + random.below(2))[...] : form[...]
    }
    var pieces: [[UInt8]] = []
    var rest = input[...]
    while !rest.isEmpty {
      let piece = rest.prefix(1 + random.below([3, 20, 200][random.below(3)]))
      pieces.append(Array(piece))
      rest = rest.dropFirst(piece.count)
    }
    let out = Self.masked(automaton, pieces, chunk: 1 + random.below(64))
    let expected = Self.plainly(input, forms)
    #expect(
      out == expected,
      """
      seed \(seed): \(values) in \(String(decoding: input, as: UTF8.self)) gave \
      \(String(decoding: out, as: UTF8.self)), not \(String(decoding: expected, as: UTF8.self))
      """)
  }

  /// The same without any cleverness.
  private static func plainly(_ input: [UInt8], _ forms: [[UInt8]]) -> [UInt8] {
    var isHidden = [Bool](repeating: false, count: input.count)
    for form in forms {
      for start in 0..<max(0, input.count - form.count + 1)
      where input[start] == form[0] && input[start..<start + form.count].elementsEqual(form) {
        for index in start..<start + form.count { isHidden[index] = true }
      }
    }
    var out: [UInt8] = []
    for index in input.indices {
      if !isHidden[index] {
        out.append(input[index])
      } else if index == 0 || !isHidden[index - 1] {
        out += Array("***".utf8)
      }
    }
    return out
  }
}

/// A filter, and what came out of it so far.
final class FilteredStream {
  private var filter: MaskFilter
  private(set) var out: [UInt8] = []

  init(_ automaton: MaskAutomaton, chunk: Int = 64) {
    filter = MaskFilter(automaton, chunk: chunk)
  }

  var text: String { String(decoding: out, as: UTF8.self) }
  var isWaiting: Bool { filter.isWaiting }

  func feed(_ text: String) { feed(Array(text.utf8)) }

  func feed(_ piece: [UInt8]) {
    var rest = piece[...]
    while !rest.isEmpty {
      let count = filter.pass(
        read: { room in
          let part = rest.prefix(room.count)
          room.copyBytes(from: part)
          return part.count
        }, write: { out += $0 })
      rest = rest.dropFirst(count)
    }
  }

  func release() { filter.release { out += $0 } }
  func finish() { filter.finish { out += $0 } }
  func keeps(_ text: String) -> Bool { filter.contains(Array(text.utf8)) }
}
