extension Promise {
  /// - Attack: A job gets half of its secrets, or another's variable in a secret's place.
  /// - Promise: Nothing is started.
  package static let nothingHalfIsStarted = Promise(.exactDelivery)

  /// - Attack: A value is more than a value to the shell, runner or dotenv reader that gets it.
  /// - Promise: It is quoted so that none of them takes it for more, or it is refused.
  package static let quotedFormats = Promise(.exactDelivery)

  /// - Attack: A value ends its heredoc in `$GITHUB_ENV` and goes on with variables of its own.
  /// - Promise: The delimiter is random, and another one where it is a line of the value.
  package static let heredocDelimiter = Promise(.exactDelivery)

  /// - Attack: A job is cancelled in the middle of a deployment: a second signal breaks off its
  ///   roll back, or none arrives.
  /// - Promise: A process in the job's process group, the witness, notices what was sent to the
  ///   whole group. The client passes on everything else, once.
  package static let signalsArriveOnce = Promise(.exactDelivery)

  /// - Attack: A killed `exec --mask` takes the command's output along, and with it the roll back.
  /// - Promise: The witness holds the reading ends of the pipes and drains them. It holds no value.
  package static let rollBackCanWrite = Promise(.exactDelivery)

  /// - Attack: A command never ran and is reported as done, in a root without `/proc`.
  /// - Promise: The client gets its arguments from main, not from `/proc`. What needs `/proc` is
  ///   refused with 125.
  package static let commandsReallyRun = Promise(.exactDelivery)

  /// - Attack: An event is lost, by luck or by a restart.
  /// - Promise: The numbers of the record resume without a gap.
  package static let eventsAreNotLost = Promise(.exactDelivery)
}
