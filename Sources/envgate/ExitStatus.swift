import VaultClient
import VaultProtocol

/// What the process tells its parent: sysexits.h where it has a number, and env(1)'s for `exec`.
///
/// This is the only table of exit codes. `exec` answers with its child's own code, 128 and the number
/// of a signal, 126 and 127 as env(1) does, and ``ownFailure`` for everything that is not the child's.
enum ExitStatus: Int32, CaseIterable {
  case done = 0
  case usage = 64
  case badData = 65
  case unavailable = 69
  case fault = 70
  case storage = 74
  case tryAgain = 75
  case refused = 77
  case configuration = 78
  case ownFailure = 125
  case cannotInvoke = 126
  case notFound = 127

  /// The code for a reason of the vault.
  init(_ reason: Reason) {
    self =
      switch reason.row.exit {
      case .badData: .badData
      case .fault: .fault
      case .storage: .storage
      case .tryAgain: .tryAgain
      case .refused: .refused
      }
  }

  /// The code for a reason of the client's own.
  init(_ reason: OwnReason) {
    switch reason {
    case .usage, .terminalRefused, .runnerAbsent: self = .usage
    case .auditExport, .auditJournal, .backupFile, .dotenvInvalid, .importInvalid,
      .environmentConflict, .filePlace, .fileUnreadable, .reportFile, .requestEnvironment,
      .secretMissing, .statusFile, .ticketFile, .valueField, .valueFormat,
      .valueLines, .valueMismatch, .valueNUL:
      self = .badData
    case .requestWaiting: self = .tryAgain
    case .auditBroken, .backupDamaged: self = .storage
    case .declined, .grantNested, .requestRejected, .requestTwins, .reviewDeclined: self = .refused
    // The code of the first three is 128 and the number of a signal.
    case .interrupted, .outputLost, .parentGone, .outputFailed, .replyInvalid, .system:
      self = .fault
    case .cryptoMissing, .doctorFailed: self = .configuration
    case .commandNotInvoked: self = .cannotInvoke
    case .commandNotFound: self = .notFound
    }
  }

  /// The code for a connection that brought no answer.
  init(_ fault: ClientFault) {
    switch fault {
    case .noDaemon, .staleSocket, .notASocket, .noPermission, .pathTooLong, .protocolNewer,
      .connectionLost, .timedOut, .daemonSilent, .noSSH, .hostUnreachable, .hostWithoutEnvgate,
      .hostRefused, .hostEnded, .hostInvalid:
      self = .unavailable
    case .busy, .memoryExhausted: self = .tryAgain
    case .untrustedServer: self = .refused
    case .replyTooLong, .replyInvalid, .system: self = .fault
    }
  }
}
