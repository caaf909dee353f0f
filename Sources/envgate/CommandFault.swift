/// Why a command did not do what it was asked: what `envgate: REASON: sentence` says, and the exit code.
struct CommandFault: Error, Hashable {
  /// A stable slug.
  let reason: String
  /// Lower case, without a full stop, with what to do next. Foreign text in it is quoted.
  let sentence: String

  init(_ reason: String, _ sentence: String) {
    self.reason = reason
    self.sentence = sentence
  }

  var status: ExitStatus { ExitStatus(reason: reason) }
}
