public import SecretMemory
import StrictJSON
public import VaultCore

/// `grant.activate`: makes a grant of an approved request, held by this connection or by its ticket.
public struct GrantActivate: CallParameters {
  /// The request.
  public let request: Int64
  /// Its ticket, where another connection made it.
  public let ticket: SecretBuffer?
  /// What the grant lives by.
  public let hold: Grant.Hold
  /// Whether the answer comes when it is the request's turn.
  public let waits: Bool

  /// Makes the parameters.
  public init(
    request: Int64, ticket: SecretBuffer? = nil, hold: Grant.Hold = .connection,
    waits: Bool = false
  ) {
    self.request = request
    self.ticket = ticket
    self.hold = hold
    self.waits = waits
  }

  init(from reader: inout ParameterReader) throws {
    request = try reader.requestID()
    ticket = try reader.ticket()
    hold = try Self.hold(&reader)
    waits = try reader.bool("wait", default: false)
    try reader.finish()
  }

  private static func hold(_ reader: inout ParameterReader) throws -> Grant.Hold {
    guard let value = reader.optional("hold") else { return .connection }
    guard let hold = Grant.Hold.named(try value.string()) else {
      throw JSONFault(.outOfRange, at: value.offset, "hold is connection or ticket")
    }
    return hold
  }

  func write(to writer: inout JSONWriter) {
    writer.member("request", request)
    writer.optional("ticket", secret: ticket)
    if hold != .connection { writer.member("hold", hold.text) }
    if waits { writer.member("wait", true) }
  }
}

extension Grant.Hold {
  /// The word on the wire.
  var text: String {
    switch self {
    case .connection: "connection"
    case .ticket: "ticket"
    }
  }

  static func named(_ text: String) -> Grant.Hold? {
    switch text {
    case "connection": .connection
    case "ticket": .ticket
    default: nil
    }
  }
}
