import VaultClient
import VaultProtocol

/// Why a command did not do what it was asked: what `envgate: REASON: sentence` says, and the exit code.
struct CommandFault: Error, Hashable {
  /// A stable slug.
  let reason: String
  /// Lower case, without a full stop, with what to do next. Foreign text in it is quoted.
  private(set) var sentence: String
  let status: ExitStatus

  init(_ reason: OwnReason, _ sentence: String) {
    self.reason = reason.rawValue
    self.sentence = sentence
    status = ExitStatus(reason)
  }

  /// What the client finds out itself in the vault's own words.
  init(_ reason: Reason, _ sentence: String) {
    self.reason = reason.rawValue
    self.sentence = sentence
    status = ExitStatus(reason)
  }

  /// A request that leads to nothing any more, for the state in which it is.
  init(ended request: RequestView, _ sentence: String) {
    reason = "request.\(PlainText.shown(request.state))"
    self.sentence = sentence
    status = .refused
  }

  /// What the vault answered. A reason that only a newer daemon knows is no refusal: somebody has to look.
  init(_ error: WireError) {
    reason = PlainText.shown(error.reason)
    sentence = PlainText.shown(error.message)
    status = error.known.map { ExitStatus($0) } ?? .fault
  }

  /// Why there was no answer.
  init(_ fault: ClientFault) {
    reason = fault.reason
    sentence = PlainText.shown(fault.sentence)
    status = ExitStatus(fault)
  }

  /// The same fault in other words.
  func saying(_ sentence: String) -> CommandFault {
    var fault = self
    fault.sentence = sentence
    return fault
  }
}
