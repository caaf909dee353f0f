import StrictJSON
import VaultCalls
import VaultCore

extension GrantClose: CallParameters {
  init(from reader: inout ParameterReader) throws {
    let request = try reader.requestID()
    let ticket = try reader.ticket()
    let value = try reader.required("outcome")
    let text = try value.word()
    try reader.finish()
    guard let text, let outcome = RequestState.Outcome(rawValue: text),
      [.success, .failure].contains(outcome)
    else {
      throw JSONFault(.outOfRange, at: value.offset, "outcome is success or failure")
    }
    self.init(request: request, ticket: ticket, outcome: outcome)
  }

  func write(to writer: inout JSONWriter) {
    writer.member("request", request)
    writer.optional("ticket", secret: ticket)
    writer.member("outcome", outcome.rawValue)
  }
}
