import StrictJSON
import VaultCalls
import VaultCore

/// Who wrote a text, which says how strictly it is read.
enum Direction: Sendable {
  /// A call of a client: no member is unknown, and values have limits.
  case call(ProtocolLimits)
  /// An answer of a daemon, which may be newer than its client: what that does not know is passed over.
  case answer
}

/// What was read, or why it is refused. A refusal waits until the whole message has been read.
typealias Judged<Value> = Result<Value, Refusal>

/// Faults of a shape are thrown at once; what is refused for its meaning is given back.
func judge<Value>(_ read: () throws -> Value) throws -> Judged<Value> {
  do { return .success(try read()) } catch let refusal as Refusal { return .failure(refusal) }
}

/// Reads the members of one object. The `params` of a call may be absent where nothing is required (JSON-RPC 2.0,
/// 4.2).
///
/// Whoever has read a message can ask it where a member stands, to refuse it there.
struct MemberReader {
  private var object: JSONObject?
  private let offset: Int
  let direction: Direction

  init(_ object: JSONValue, _ direction: Direction) throws(JSONFault) {
    self.object = try object.object()
    offset = object.offset
    self.direction = direction
  }

  /// - Parameter message: stands for the parameters where they are absent.
  init(params: JSONValue?, of message: JSONValue, limits: ProtocolLimits) throws(JSONFault) {
    object = try params?.object()
    offset = params?.offset ?? message.offset
    direction = .call(limits)
  }

  mutating func optional(_ member: StaticString) -> JSONValue? { object?.optional(member) }

  mutating func required(_ member: StaticString) throws(JSONFault) -> JSONValue {
    guard let value = optional(member) else { throw missing("\(member)") }
    return value
  }

  /// Ends the reading of a call: refuses what nobody asked for.
  func finish() throws(JSONFault) {
    if case .call = direction { try object?.finish() }
  }

  /// Ends the reading of a call without parameters.
  func ended(_ call: Call) throws(JSONFault) -> Call {
    try finish()
    return call
  }

  func missing(_ what: String) -> JSONFault { JSONFault(.missingMember, at: offset, what) }

  /// Refuses the first of these members that is there.
  func refuse(_ members: StaticString..., because detail: String) throws(JSONFault) {
    var object = object
    for member in members {
      guard let value = object?.optional(member) else { continue }
      throw JSONFault(.outOfRange, at: value.offset, detail)
    }
  }
}
