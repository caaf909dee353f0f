extension OwnReason {
  /// What the reason means, as the manual page says it.
  var meaning: String {
    switch self {
    case .usage: "the command line is wrong"
    case .terminalRefused: "a secret would be shown on a terminal"
    case .runnerAbsent: "--mask=github works only in a job of GitHub Actions"
    case .auditBroken: "the audit chain does not verify"
    case .auditExport:
      "the file is not an export of this vault's audit record, or cannot be written"
    case .auditJournal: "the journal cannot be read, or has no signed head of the audit record"
    case .backupDamaged: "the backup that arrived is not the one that was sent"
    case .backupFile: "the file for the backup cannot be used"
    case .dotenvInvalid: "the dotenv file has an error; the message names the line"
    case .environmentConflict:
      "a variable is already set, or two values would become the same variable"
    case .filePlace: "there is no folder in memory for the files of --as file"
    case .fileUnreadable: "a file cannot be read"
    case .importInvalid: "a file cannot be imported; the message says where and why"
    case .reportFile: "the file for the report cannot be used"
    case .requestEnvironment: "the request is for another environment"
    case .secretMissing: "the request does not ask for the secret"
    case .statusFile: "the status file cannot be written"
    case .ticketFile: "the ticket file cannot be used"
    case .valueField: "the value does not have the field, or the field cannot be used"
    case .valueFormat: "the format cannot carry the value"
    case .valueLines: "the terminal sent several lines that are not one paste"
    case .valueMismatch: "the two values at the prompt differ"
    case .valueNUL: "the value contains a NUL byte, which no variable can hold"
    case .declined: "you answered no"
    case .grantNested: "an outer exec already holds the exclusive environment"
    case .requestRejected: "a reviewer rejected the request"
    case .requestTwins:
      "another request makes the same claims, and --yes was given without --digest"
    case .requestWaiting: "nobody decided the request within --timeout"
    case .reviewDeclined: "you did not approve the request"
    case .commandNotFound: "the command is not found"
    case .commandNotInvoked: "the command cannot run"
    case .cryptoMissing: "the library libcrypto.so.3, which verifies signatures, is not installed"
    case .doctorFailed: "a check of envgate doctor failed"
    case .interrupted: "a signal ended envgate"
    case .outputFailed: "the output could not be written"
    case .outputLost: "the output has no reader any more"
    case .parentGone: "the process that started envgate has ended"
    case .replyInvalid: "the daemon sent an answer that does not follow the protocol"
    case .system: "a system call failed"
    }
  }
}
