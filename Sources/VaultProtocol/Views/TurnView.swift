public import StrictJSON
public import VaultCore

/// How far a request is from its turn in an environment with one grant at a time: numbers, and no names.
public struct TurnView: WireView, Hashable {
  /// The request whose grant is active; nil where none is.
  public let holder: Int64?
  /// When that was activated, in milliseconds since the epoch.
  public let since: Int64?
  /// How many requests whose jobs wait go before this one.
  public let before: Int64

  /// Makes the view.
  public init(_ turn: Turn) {
    holder = turn.holder
    since = turn.since
    before = Int64(turn.before)
  }

  /// In words.
  public var sentence: String {
    let waiting =
      switch before {
      case 0: "no other job waits before this one"
      case 1: "1 job waits before this one"
      default: "\(before) jobs wait before this one"
      }
    guard let holder else { return waiting }
    let time = since.map { " since \(Timestamp.text(milliseconds: $0))" } ?? ""
    return "request \(holder) has held it\(time), and \(waiting)"
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writeMembers(to: &writer)
    writer.endObject()
  }

  func writeMembers(to writer: inout JSONWriter) {
    writer.nullable("holder", holder)
    writer.nullable("since", time: since)
    writer.member("before", before)
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    holder = try object.required("holder").nullableInteger()
    since = try object.required("since").nullableTime()
    before = try object.required("before").integer()
  }

  /// Reads it where it stands among other members; nil where it does not.
  init?(members object: inout JSONObject) throws {
    guard let before = object.optional("before") else { return nil }
    self.before = try before.integer()
    holder = try object.required("holder").nullableInteger()
    since = try object.required("since").nullableTime()
  }
}
