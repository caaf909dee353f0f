import StrictJSON
import Testing
import VaultCore

@testable import VaultProtocol

/// What jobs send thousands of times is read and written by hand. Here it has a list of its members as well, and both
/// ways must agree about every line.
@Suite struct `a message that is written by hand` {
  static let secretGet = Shape<SecretGet>(
    Member("environment", \.environment, .environmentName),
    Member("name", \.name, .secretName),
    Member(optional: "request", \.request, .ordinal(from: 1)),
    Member(optional: "ticket", \.ticket, .ticket),
    as: SecretGet.init)

  static let grantRead = Shape<GrantRead>(
    Member("request", \.request, .ordinal(from: 1)),
    Member(optional: "ticket", \.ticket, .ticket),
    Member(optional: "after", \.after, .secretName),
    as: GrantRead.init)

  /// What one way makes of a line: the call as it is written again, or what is wrong.
  private static func outcome<Parameters: CallParameters>(
    _ params: String, _ read: (inout MemberReader) throws -> Parameters,
    _ write: (Parameters, inout JSONWriter) -> Void
  ) throws -> String {
    var reader = JSONReader()
    return try Array(params.utf8).withUnsafeBytes {
      try reader.read($0) { value in
        do {
          var members = try MemberReader(params: value, of: value, limits: ProtocolLimits())
          var writer = JSONWriter()
          writer.beginObject()
          write(try read(&members), &writer)
          writer.endObject()
          return writer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        } catch { return "\(WireError.parameters(error))" }
      }
    }
  }

  /// The lines with up to two of these values in the place of what a member should hold, with a member that is not
  /// known, and without each.
  private static func lines(_ method: Method) throws -> [String] {
    let shape = try #require(MethodShape.all.first { $0.method == method })
    let values: [String?] = [
      nil, "null", "0", "-1", "7", "9007199254740992", "1.5", "true", "\"\"", "\"A\"", "\"a\"",
      "\"a b\"", "\"\(String(repeating: "X", count: 200))\"", "[]", "{}", "\"\\u0041\"",
    ]
    var lines = [MethodShape.params(shape.members), MethodShape.params(shape.members.reversed())]
    let indices = shape.members.indices
    for (first, second) in indices.flatMap({ one in indices.map { (one, $0) } }) {
      for (one, other) in values.flatMap({ one in values.map { (one, $0) } }) {
        var said = shape.members.map { ($0.name, Optional($0.value)) }
        said[first].1 = one
        said[second].1 = other
        let members = said.compactMap { name, value in value.map { "\"\(name)\":\($0)" } }
        lines.append("{" + members.joined(separator: ",") + "}")
        lines.append("{" + (["\"x\":1"] + members).joined(separator: ",") + "}")
      }
    }
    return lines
  }

  private static func compare<Parameters: CallParameters>(
    _ method: Method, _ shape: Shape<Parameters>
  ) throws {
    var outcomes: Set<String> = []
    for line in try lines(method) {
      let hand = try outcome(line, { try Parameters(from: &$0) }, { $0.write(to: &$1) })
      let listed = try outcome(line, { try shape.read(&$0) }, { shape.write($0, &$1) })
      #expect(listed == hand, "\(line)")
      outcomes.insert(hand)
    }
    #expect(outcomes.count > 40)
  }

  @Test func `secret.get is read and written as its list says`() throws {
    try Self.compare(.secretGet, Self.secretGet)
  }

  @Test func `grant.read is read and written as its list says`() throws {
    try Self.compare(.grantRead, Self.grantRead)
  }
}
