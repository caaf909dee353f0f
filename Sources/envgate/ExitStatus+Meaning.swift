extension ExitStatus {
  /// What the code means, as the manual page and the guide say it.
  var meaning: String {
    switch self {
    case .done: "done"
    case .usage: "the command line is wrong, or there is no terminal to ask on"
    case .badData: "the data is wrong: a name, a file or a value"
    case .unavailable: "the daemon cannot be reached; the message says why"
    case .fault: "internal error, or a reason that only a newer daemon knows: tell an admin"
    case .storage:
      "the storage was tampered with, is behind or fails, or the audit chain does not verify: tell an admin"
    case .tryAgain:
      "try again: --timeout ran out, the environment is taken, a limit is reached, or the daemon is busy or stopping"
    case .refused: "refused: rejected by a reviewer, or not allowed"
    case .configuration: "a check of envgate doctor failed"
    case .ownFailure: "exec: every failure of envgate itself, unless --exit-codes is given"
    case .cannotInvoke: "exec: the command cannot run"
    case .notFound: "exec: the command is not found"
    }
  }
}
