import SecretMemory
import StrictJSON
import Testing
import VaultCore

@testable import VaultProtocol

/// A message with every kind of row.
private struct Sample: DescribedView, Equatable {
  struct Part: Equatable, Sendable {
    let name: SecretName
    let size: Int64

    static let shape = Shape<Part>(
      Member("name", \.name, .secretName), Member("size", \.size, .integer), as: Part.init)
  }

  struct Group: Equatable, Sendable {
    let first: String?
    let second: Bool

    static let shape = Shape<Group>(
      Member(optional: "first", \.first, .text), Member("second", \.second, .bool, unless: false)
    ) { places, first, second in
      if first != nil { try places.refuse("second", because: "either first or second") }
      if first == "bad" { throw Refusal.contextInvalid("first", "is bad") }
      return Group(first: first, second: second)
    }
  }

  struct Turn: Equatable, Sendable {
    let before: Int64
    let holder: Int64?

    static let shape = Shape<Turn>(
      Member("before", \.before, .integer), Member("holder", \.holder, .nullable(.integer)),
      as: Turn.init)
  }

  let name: EnvironmentName
  let parts: [Part]
  let limit: Int
  let after: SecretName?
  let comment: String
  let isAll: Bool
  let group: Group
  let turn: Turn?

  static let shape = Shape<Sample>(
    Member("name", \.name, .environmentName),
    Member(unlessEmpty: "parts", \.parts, .list(.object(Part.shape))),
    Member("limit", \.limit, .limit, default: 100),
    Member(optional: "after", \.after, .secretName),
    Member(unlessEmpty: "comment", \.comment, .text),
    Member(onlyTrue: "all", \.isAll),
    Member(group: \.group, Group.shape),
    Member(group: \.turn, Turn.shape, where: "before")
  ) { places, name, parts, limit, after, comment, isAll, group, turn in
    if isAll { try places.refuse("parts", because: "either parts or all") }
    if isAll && limit == 1 { throw places.missing("a larger limit") }
    if comment == "bad" { throw Refusal.contextInvalid("comment", "is bad") }
    return Sample(
      name: name, parts: parts, limit: limit, after: after, comment: comment, isAll: isAll,
      group: group, turn: turn)
  }
}

@Suite struct `the shape of a message` {
  private static func read(_ text: String, _ direction: Direction) throws -> Sample {
    var reader = JSONReader()
    return try Array(text.utf8).withUnsafeBytes {
      try reader.read($0) { try Sample.shape.read($0, direction) }
    }
  }

  private static func fault(
    _ text: String, _ direction: Direction = .call(ProtocolLimits())
  ) -> (any Error)? {
    do {
      _ = try read(text, direction)
      return nil
    } catch { return error }
  }

  @Test(arguments: [
    #"{"name":"p","limit":100}"#,
    #"{"name":"p","parts":[{"name":"A","size":1},{"name":"B","size":-2}],"limit":7,"after":"A","comment":"c","first":"f","before":1,"holder":null}"#,
    #"{"name":"p","limit":100,"all":true,"second":true,"before":0,"holder":9}"#,
  ])
  func `what is read is written as it was`(text: String) throws {
    var writer = JSONWriter()
    let sample = try Self.read(text, .call(ProtocolLimits()))
    sample.write(to: &writer)
    #expect(writer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } == text)
    #expect(try Self.read(text, .answer) == sample)
  }

  @Test func `what may be left out has its meaning, and is not written`() throws {
    let sample = try Self.read(#"{"name":"p"}"#, .answer)
    #expect(sample.parts.isEmpty && sample.limit == 100 && sample.after == nil)
    #expect(sample.comment.isEmpty && !sample.isAll && sample.turn == nil)
    #expect(sample.group == Sample.Group(first: nil, second: false))
    let said = try Self.read(
      #"{"name":"p","parts":[],"comment":"","second":false,"limit":100}"#, .call(ProtocolLimits()))
    #expect(said == sample)
  }

  struct Fault: Sendable {
    let text: String
    let code: JSONFault.Code
    let offset: Int
    let detail: String?

    init(_ text: String, _ code: JSONFault.Code, _ offset: Int, _ detail: String? = nil) {
      self.text = text
      self.code = code
      self.offset = offset
      self.detail = detail
    }
  }

  static let faults = [
    Fault("[]", .wrongType, 0, "an object"),
    Fault("{}", .missingMember, 0, "name"),
    Fault(#"{"name":7}"#, .wrongType, 8, "a string"),
    Fault(#"{"name":"p","x":1}"#, .unknownMember, 12),
    Fault(#"{"x":1,"name":"p"}"#, .unknownMember, 1),
    Fault(#"{"name":"p","after":null}"#, .wrongType, 20, "a string"),
    Fault(#"{"name":"p","limit":0}"#, .outOfRange, 20, "1 to 500"),
    Fault(#"{"name":"p","all":false}"#, .outOfRange, 18, "all can only be true"),
    Fault(#"{"name":"p","all":1}"#, .wrongType, 18, "true or false"),
    Fault(#"{"name":"p","parts":{}}"#, .wrongType, 20, "an array"),
    Fault(#"{"name":"p","parts":[{"name":"A"}]}"#, .missingMember, 21, "size"),
    Fault(#"{"name":"p","parts":[{"name":"A","size":1,"x":1}]}"#, .unknownMember, 42),
    Fault(#"{"name":"p","parts":[{"name":"A","size":1},7]}"#, .wrongType, 43, "an object"),
    // A group is read among the others.
    Fault(#"{"name":"p","first":1}"#, .wrongType, 20, "a string"),
    Fault(#"{"name":"p","before":1}"#, .missingMember, 0, "holder"),
    Fault(#"{"name":"p","holder":null}"#, .unknownMember, 12),
    // What members mean together is refused at the place of one.
    Fault(
      #"{"name":"p","first":"f","second":false}"#, .outOfRange, 33, "either first or second"),
    Fault(#"{"name":"p","parts":[],"all":true}"#, .outOfRange, 20, "either parts or all"),
    Fault(#"{"name":"p","limit":1,"all":true}"#, .missingMember, 0, "a larger limit"),
  ]

  @Test(arguments: faults)
  func `a fault is told with its byte`(test: Fault) throws {
    let fault = try #require(Self.fault(test.text) as? JSONFault, "\(test.text)")
    #expect(fault == JSONFault(test.code, at: test.offset, test.detail), "\(test.text)")
  }

  @Test(arguments: [
    #"{"name":"a/b"}"#, #"{"name":"p","after":"A-"}"#, #"{"name":"p","first":"bad"}"#,
    #"{"name":"p","comment":"bad"}"#, #"{"name":"p","parts":[{"name":"a","size":1}]}"#,
  ])
  func `every member has its shape before one is refused for its meaning`(text: String) throws {
    #expect(Self.fault(text) is Refusal, "\(text)")
    #expect(Self.fault(text, .answer) is Refusal, "\(text)")
    let open = text.dropLast()
    for (rest, offset) in [
      (#","x":1}"#, open.utf8.count + 1), (#","all":false}"#, open.utf8.count + 7),
      (#","before":1}"#, 0), (#","turn":[]}"#, open.utf8.count + 1),
    ] {
      let fault = try #require(Self.fault(open + rest) as? JSONFault, "\(open)\(rest)")
      #expect(fault.offset == offset, "\(open)\(rest)")
    }
  }

  @Test func `each element of a list has its shape before one is refused for its meaning`() throws {
    let text = #"{"name":"p","parts":[{"name":"a","size":1},{"name":"B","size":true}]}"#
    let fault = try #require(Self.fault(text) as? JSONFault)
    #expect(fault == JSONFault(.wrongType, at: 62, "an integer"))
  }

  @Test func `an answer may have members that its reader does not know, and a call may not`() throws
  {
    for text in [
      #"{"later":{"x":[]},"name":"p"}"#, #"{"name":"p","parts":[{"name":"A","size":1,"later":1}]}"#,
    ] {
      #expect(Self.fault(text, .answer) == nil, "\(text)")
      #expect((Self.fault(text) as? JSONFault)?.code == .unknownMember, "\(text)")
    }
  }

  @Test func `a value has a limit in a call, and none in an answer`() throws {
    let kind = Kind<SecretBuffer>.secretValue
    var reader = JSONReader()
    try Array(#""12345678""#.utf8).withUnsafeBytes { bytes in
      try reader.read(bytes) { value in
        let answered = try kind.read(value, .answer)
        let called = try kind.read(value, .call(ProtocolLimits(value: 8)))
        #expect(answered.count == 8 && called.count == 8)
        #expect(throws: Refusal.valueTooLarge(limit: 7)) {
          try kind.read(value, .call(ProtocolLimits(value: 7)))
        }
      }
    }
  }

  /// To refuse a name costs more than to take one, and a line has room for 40,000.
  @Test(arguments: [
    (#"{"secrets":["",""]}"#, false), (#"{"secrets":["","",""]}"#, true),
  ])
  func `fair-share: a list that is too long is refused before one of its elements is read`(
    text: String, isTooLong: Bool
  ) throws {
    let element = Kind<SecretName>(
      read: { value, _ in try value.secretName().get() }, write: { $1.string($0.text) })
    let kind = Kind<[SecretName]>.list(element, of: 1...2, "1 or 2 names")
    var reader = JSONReader()
    try Array(text.utf8).withUnsafeBytes { bytes in
      try reader.read(bytes) { value in
        var members = try MemberReader(value, .answer)
        let list = try members.required("secrets")
        if isTooLong {
          #expect(throws: JSONFault(.outOfRange, at: 11, "1 or 2 names")) {
            try kind.read(list, .answer)
          }
        } else {
          #expect(throws: Refusal.self) { try kind.read(list, .answer) }
        }
      }
    }
  }
}
