import SecretMemory
import StrictJSON
import Testing
import VaultCore

@testable import VaultProtocol

/// What leaves thousands of times is written by hand. Here it has a list of its members as well, and both ways must
/// agree about every text.
@Suite struct `an answer that is written by hand` {
  private static let released = Shape<ReleasedSecret>(
    Member("name", \.name, .text),
    Member("version", \.version, .integer),
    Member("value", \.value, .secretValue),
    as: ReleasedSecret.init(name:version:value:))

  private static let value = Shape<SecretValueView>(
    Member("environment", \.environment, .text),
    Member(group: \.secret, released),
    as: SecretValueView.init(environment:secret:))

  private static let page = Shape<GrantPageView>(
    Member("environment", \.environment, .text),
    Member("items", \.items, .list(.object(released))),
    Member("next", \.next, .nullable(.text)),
    as: GrantPageView.init(environment:items:next:))

  /// What one way makes of a text: the view as it is written again, or what is wrong.
  private static func outcome<View: WireView>(
    _ text: String, _ read: (JSONValue) throws -> View, _ write: (View, inout JSONWriter) -> Void
  ) throws -> String {
    var reader = JSONReader()
    return try Array(text.utf8).withUnsafeBytes {
      try reader.read($0) { value in
        do {
          var writer = JSONWriter()
          write(try read(value), &writer)
          return writer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        } catch { return "\(error)" }
      }
    }
  }

  private static func compare<View: WireView>(_ shape: Shape<View>) throws {
    let members = try #require(ViewShape.all.first { $0.description == "\(View.self)" }).members
    let values = [
      nil, "null", "0", "-1", "1.5", "9007199254740992", "true", "\"A\"", "\"\\u0041\\u0000\"",
      "\"zwölf\"", "[]", "{}", "{\"base64\":\"AP8=\"}", "{\"base64\":7}", "[7]", "[{}]",
      "[{\"name\":\"A\",\"version\":1,\"value\":\"\"}]",
      "[{\"value\":{\"base64\":\"\"},\"version\":1,\"name\":\"A\",\"x\":null}]",
    ]
    var outcomes: Set<String> = []
    for (first, second) in members.indices.flatMap({ one in members.indices.map { (one, $0) } }) {
      for (one, other) in values.flatMap({ one in values.map { (one, $0) } }) {
        var said = members.map { ($0.name, Optional($0.value)) }
        said[first].1 = one
        said[second].1 = other
        let told = said.compactMap { name, value in value.map { "\"\(name)\":\($0)" } }
        let text = "{" + told.joined(separator: ",") + "}"
        let hand = try outcome(text, { try View($0) }, { $0.write(to: &$1) })
        let listed = try outcome(
          text, { try shape.read($0, .answer) }, { shape.write(object: $0, to: &$1) })
        #expect(listed == hand, "\(text)")
        outcomes.insert(hand)
      }
    }
    #expect(outcomes.count > 40)
  }

  @Test func `a released secret is read and written as its list says`() throws {
    try Self.compare(Self.released)
  }

  @Test func `what secret.get answers is read and written as its list says`() throws {
    try Self.compare(Self.value)
  }

  @Test func `what grant.read answers is read and written as its list says`() throws {
    try Self.compare(Self.page)
  }
}
