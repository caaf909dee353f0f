/// Why a command of this client did not do what it was asked, in a stable word.
///
/// What the vault says has the words of ``VaultProtocol/Reason``, what a connection says those of
/// ``VaultClient/ClientFault``; each has its class in ``ExitStatus``, or does not compile.
enum OwnReason: String, CaseIterable {
  // The command line.
  case usage
  case terminalRefused = "terminal.refused"
  case runnerAbsent = "runner.absent"

  // What was brought along: values, files, the environment that a command inherits.
  case auditBroken = "audit.broken"
  case auditExport = "audit.export"
  case auditJournal = "audit.journal"
  case backupDamaged = "backup.damaged"
  case backupFile = "backup.file"
  case dotenvInvalid = "dotenv.invalid"
  case environmentConflict = "environment.conflict"
  case filePlace = "file.place"
  case fileUnreadable = "file.unreadable"
  case importInvalid = "import.invalid"
  case reportFile = "report.file"
  case requestEnvironment = "request.environment"
  case secretMissing = "secret.missing"
  case statusFile = "status.file"
  case ticketFile = "ticket.file"
  case valueField = "value.field"
  case valueFormat = "value.format"
  case valueLines = "value.lines"
  case valueMismatch = "value.mismatch"
  case valueNUL = "value.nul"

  // The gate, and who was asked.
  case declined
  case grantNested = "grant.nested"
  case requestRejected = "request.rejected"
  case requestTwins = "request.twins"
  case requestWaiting = "request.waiting"
  case reviewDeclined = "review.declined"

  // The host.
  case commandNotFound = "command.not_found"
  case commandNotInvoked = "command.not_invoked"
  case cryptoMissing = "crypto.missing"
  case doctorFailed = "doctor.failed"
  case interrupted
  case outputFailed = "output.failed"
  case outputLost = "output.lost"
  case parentGone = "parent.gone"
  case replyInvalid = "reply.invalid"
  case system
}
