public import SecretMemory
import StrictJSON
public import VaultCore

/// `grant.close`: ends a grant and says how the job went.
public struct GrantClose: CallParameters {
  /// The request.
  public let request: Int64
  /// Its ticket, where another connection made it.
  public let ticket: SecretBuffer?
  /// How it went: success or failure; `abandoned` and `ended` are the vault's own words.
  public let outcome: RequestState.Outcome

  /// Makes the parameters.
  public init(request: Int64, ticket: SecretBuffer? = nil, outcome: RequestState.Outcome) {
    self.request = request
    self.ticket = ticket
    self.outcome = outcome
  }

  init(from reader: inout ParameterReader) throws {
    request = try reader.requestID()
    ticket = try reader.ticket()
    let value = try reader.required("outcome")
    let text = try value.string()
    try reader.finish()
    guard let outcome = RequestState.Outcome(rawValue: text),
      [.success, .failure].contains(outcome)
    else {
      throw JSONFault(.outOfRange, at: value.offset, "outcome is success or failure")
    }
    self.outcome = outcome
  }

  func write(to writer: inout JSONWriter) {
    writer.member("request", request)
    writer.optional("ticket", secret: ticket)
    writer.member("outcome", outcome.rawValue)
  }
}
