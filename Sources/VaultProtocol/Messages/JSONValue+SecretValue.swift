import SecretMemory
import StrictJSON

extension JSONValue {
  /// A secret's value: a string, or `{"base64":"…"}`; straight into secret memory either way.
  func secretValue() throws -> SecretBuffer {
    guard kind == .object else { return try secret() }
    var object = try object()
    let value = try object.required("base64").base64Secret()
    try object.finish()
    return value
  }

  /// A request's ticket.
  func ticket() throws -> SecretBuffer {
    let ticket = try secret()
    if ticket.count > ProtocolLimits.longestTicket {
      throw JSONFault(.tooLong, at: offset, "ticket")
    }
    return ticket
  }
}
