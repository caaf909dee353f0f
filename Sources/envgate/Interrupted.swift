/// Somebody ended the command by a signal: the signal to end by, and what is said.
struct Interrupted: Error {
  let signal: Int32
  /// Lower case, without a full stop: what becomes of what was waited for; nil says nothing.
  var sentence: String?

  var fault: CommandFault? { sentence.map { CommandFault(.interrupted, $0) } }
}
