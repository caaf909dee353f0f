public import StrictJSON

/// What a method answers: written by the daemon, read by a client, one type for both ends.
///
/// Readers pass over members that they do not know, so that a client can talk to a newer daemon.
public protocol WireView: Sendable {
  /// Writes the value.
  func write(to writer: inout JSONWriter)
  /// Writes the value, or as much of it as a line of so many bytes holds, where it can be had in parts.
  func write(to writer: inout JSONWriter, fitting line: Int)
  /// Reads the value.
  /// - Throws: `JSONFault` where a member is missing or of another type, `SecretMemoryError` where
  ///   there is no memory for a value.
  init(_ value: JSONValue) throws
}

extension WireView {
  /// Writes all of the value; only a list can be had in parts.
  public func write(to writer: inout JSONWriter, fitting line: Int) { write(to: &writer) }
}

/// A view that can stand in a list, and by which the list can be continued.
public protocol ListItem: WireView {
  /// What `after` takes to continue behind this item.
  associatedtype Cursor: ListCursor
  /// Where this item stands.
  var cursor: Cursor { get }
}

/// What `next` and `after` hold: a name or a number.
public protocol ListCursor: Sendable, Hashable {
  /// Writes the value.
  func write(to writer: inout JSONWriter)
  /// Reads the value.
  init(_ value: JSONValue) throws
}

extension String: ListCursor {
  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) { writer.string(self) }
  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws { self = try value.string() }
}

extension Int64: ListCursor {
  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) { writer.integer(self) }
  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws { self = try value.integer() }
}
