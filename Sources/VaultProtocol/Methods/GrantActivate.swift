import StrictJSON
import VaultCalls
import VaultCore

extension GrantActivate: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let request = try reader.requestID()
    let ticket = try reader.ticket()
    let hold = try Self.hold(&reader)
    let waits = try reader.bool("wait", default: false)
    try reader.finish()
    self.init(request: request, ticket: ticket, hold: hold, waits: waits)
  }

  private static func hold(_ reader: inout ParameterReader) throws -> Grant.Hold {
    guard let value = reader.optional("hold") else { return .connection }
    guard let hold = try value.word().flatMap(Grant.Hold.named) else {
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
