/// Something ended the command from outside: a signal, or that nobody is there any more.
struct Interrupted: Error {
  /// The signal to end by, or whose exit code a shell would show.
  let signal: Int32
  /// Whether our parent shall see the signal itself as our end.
  var isSent = true
  /// The slug of the last line.
  var reason = OwnReason.interrupted
  /// Lower case, without a full stop: what becomes of what was waited for; nil says nothing.
  var sentence: String?

  var fault: CommandFault? { sentence.map { CommandFault(reason, $0) } }
}
