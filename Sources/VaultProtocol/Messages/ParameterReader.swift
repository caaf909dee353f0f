import SecretMemory
import StrictJSON
import VaultCore

/// The parameters of one method: read from a line by the daemon, written to one by a client.
protocol CallParameters: Sendable {
  /// Reads the members first and their meaning after ``ParameterReader/finish()``, so that a bad name
  /// is answered as one only where the parameters are otherwise what the method takes.
  init(from reader: inout ParameterReader) throws
  func write(to writer: inout JSONWriter)
}

/// Reads the members of `params`, which may be absent where nothing is required (JSON-RPC 2.0, 4.2).
struct ParameterReader {
  private var object: JSONObject?
  private let offset: Int
  let limits: ProtocolLimits

  init(_ parameters: JSONValue?, message: JSONValue, limits: ProtocolLimits) throws(JSONFault) {
    object = try parameters?.object()
    offset = parameters?.offset ?? message.offset
    self.limits = limits
  }

  mutating func optional(_ member: StaticString) -> JSONValue? { object?.optional(member) }

  mutating func required(_ member: StaticString) throws(JSONFault) -> JSONValue {
    guard let value = optional(member) else { throw missing("\(member)") }
    return value
  }

  func finish() throws(JSONFault) { try object?.finish() }

  func missing(_ what: String) -> JSONFault { JSONFault(.missingMember, at: offset, what) }
}

extension ParameterReader {
  mutating func text(_ member: StaticString) throws -> String { try required(member).string() }

  mutating func optionalText(_ member: StaticString) throws -> String? {
    try optional(member)?.string()
  }

  mutating func texts(_ member: StaticString) throws -> [String] {
    try required(member).array().map { try $0.string() }
  }

  mutating func bool(_ member: StaticString, default fallback: Bool) throws -> Bool {
    try optional(member)?.bool() ?? fallback
  }

  mutating func optionalInteger(
    _ member: StaticString, in range: ClosedRange<Int64>
  ) throws -> Int64? {
    try optional(member)?.integer(in: range)
  }

  /// `request`: the number of a request.
  mutating func requestID() throws -> Int64 {
    try required("request").integer(in: 1...Self.largestInteger)
  }

  mutating func optionalRequestID(_ member: StaticString) throws -> Int64? {
    try optionalInteger(member, in: 1...Self.largestInteger)
  }

  mutating func ticket() throws -> SecretBuffer? {
    try optional("ticket").map { try Self.ticket($0) }
  }

  static func ticket(_ value: JSONValue) throws -> SecretBuffer {
    let ticket = try value.secret()
    if ticket.count > ProtocolLimits.longestTicket {
      throw JSONFault(.tooLong, at: value.offset, "ticket")
    }
    return ticket
  }

  /// The number of a version of a secret.
  mutating func version(_ member: StaticString) throws -> Int64 {
    try required(member).integer(in: 1...Self.largestInteger)
  }

  mutating func limit() throws -> Int {
    let most = Int64(ProtocolLimits.mostItems)
    return Int(
      try optionalInteger("limit", in: 1...most) ?? Int64(ProtocolLimits.usualItems))
  }

  /// Integers that every JSON reader agrees on (RFC 7493, 2.2).
  static let largestInteger: Int64 = 9_007_199_254_740_991
}

extension EnvironmentName {
  init(wire text: String) throws(Refusal) {
    do { try self.init(text) } catch {
      throw .nameInvalid(what: "the name of an environment (\(Self.grammar))", error)
    }
  }
}

extension SecretName {
  init(wire text: String) throws(Refusal) {
    do { try self.init(text) } catch {
      throw .nameInvalid(what: "the name of a secret (\(Self.grammar))", error)
    }
  }
}
