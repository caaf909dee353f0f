public import StrictJSON

/// The `id` of a message, which its answer carries back: a string of at most 64 bytes, or an integer
/// within 2^53 (JSON-RPC 2.0, 4; RFC 7493, 2.2).
public enum MessageID: Hashable, Sendable {
  case integer(Int64)
  case string(String)

  /// The longest string that may be an id, in bytes of UTF-8 after its escapes were read.
  public static let longest = 64

  /// Reads an id; nil where it is none: null, a fraction, too long, or too large.
  public init?(_ value: JSONValue) {
    switch value.kind {
    case .number:
      guard let number = try? value.integer() else { return nil }
      self = .integer(number)
    case .string:
      guard let text = try? value.string(maximumBytes: Self.longest) else { return nil }
      self = .string(text)
    case .object, .array, .bool, .null: return nil
    }
  }

  func write(to writer: inout JSONWriter) {
    switch self {
    case .integer(let number): writer.integer(number)
    case .string(let text): writer.string(text)
    }
  }
}
