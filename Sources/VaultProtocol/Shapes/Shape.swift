public import StrictJSON
import VaultCore

/// The members of one object on the wire, listed once: the list reads them and writes them.
///
/// A shape is a table with one row a member, and the function that makes the value of the members in their order:
///
///     extension SecretSet: DescribedCall {
///       static let shape = Shape<SecretSet>(
///         Member("environment", \.environment, .environmentName),
///         Member("name", \.name, .secretName),
///         Member("value", \.value, .secretValue),
///         Member(optional: "cas", \.cas, .ordinal(from: 0)),
///         Member("revoke_previous", \.revokePrevious, .bool, unless: false),
///         as: SecretSet.init)
///     }
///
/// Each row says the member's name, where the value has it, and its `Kind`; the row's first label says when it
/// may be left out (`Member`). The rows stand in the order in which they are written. Where the value of several
/// members is judged together, a closure takes the place of `as:`; its first parameter, the `MemberReader`,
/// knows where each member stands.
///
/// Invariant: every member of the whole message has been found, is of its type, and none is unknown, before the first
/// name, text or size is refused. Of a list that is too long the elements are not looked at. In an answer, unknown
/// members are passed over (`Direction`).
public struct Shape<Value>: Sendable {
  /// Reads the members, and gives the judgement of what they mean, to be called once the object has been read.
  let members: @Sendable (inout MemberReader) throws -> () throws -> Value
  /// Writes the members, without the braces.
  let write: @Sendable (Value, inout JSONWriter) -> Void

  /// Lists members whose names are data: of the rules of a gate.
  init(
    members: @escaping @Sendable (inout MemberReader) throws -> () throws -> Value,
    write: @escaping @Sendable (Value, inout JSONWriter) -> Void
  ) {
    self.members = members
    self.write = write
  }

  /// Lists the members of a value whose parts are judged together.
  /// - Parameter make: makes the value, or throws a `Refusal`, or a fault at a member's place.
  init<each Part>(
    _ member: repeat Member<Value, each Part>,
    make: @escaping @Sendable (MemberReader, repeat each Part) throws -> Value
  ) {
    members = { reader in
      let parts = (repeat try (each member).read(&reader))
      let places = reader
      return { try make(places, repeat try (each parts).get()) }
    }
    write = { value, writer in repeat (each member).write(value, &writer) }
  }

  /// Lists the members of a value that is made of them as they are.
  init<each Part>(
    _ member: repeat Member<Value, each Part>,
    as make: @escaping @Sendable (repeat each Part) throws -> Value
  ) {
    self.init(repeat each member) { (_: MemberReader, part: repeat each Part) in
      try make(repeat each part)
    }
  }
}

extension Shape {
  /// Reads all of an object.
  func read(_ reader: inout MemberReader) throws -> Value {
    let judge = try members(&reader)
    try reader.finish()
    return try judge()
  }

  func read(_ object: JSONValue, _ direction: Direction) throws -> Value {
    var reader = try MemberReader(object, direction)
    return try read(&reader)
  }

  /// Writes the object, braces included.
  func write(object value: Value, to writer: inout JSONWriter) {
    writer.beginObject()
    write(value, &writer)
    writer.endObject()
  }
}

/// A view whose members are listed once.
public protocol DescribedView: WireView {
  /// Its members.
  static var shape: Shape<Self> { get }
}

extension DescribedView {
  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws { self = try Self.shape.read(value, .answer) }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    Self.shape.write(object: self, to: &writer)
  }
}
