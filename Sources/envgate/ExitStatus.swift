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

  /// The code for a reason: a slug of the wire's `data.reason`, or one of the client's own.
  ///
  /// A reason that is neither is a refusal, so that a newer daemon's "no" stays a "no".
  init(reason: String) {
    self = Reason(rawValue: reason).map(Self.init) ?? Self.own[reason] ?? .refused
  }

  private init(_ reason: Reason) {
    switch reason {
    case .nameInvalid, .nameCase, .nameReserved, .nameTaken, .gateInvalid, .textInvalid,
      .paramsInvalid, .valueLimit, .valueEmpty:
      self = .badData
    case .jsonInvalid, .messageInvalid, .methodUnknown, .lineLimit, .internalFault:
      self = .fault
    // Somebody has to be called.
    case .storageTampered, .storageUnavailable, .auditUnavailable, .clockBehind:
      self = .storage
    // The same call may pass later, and nobody has to do anything for it.
    case .gateWaiting, .grantBusy, .rateLimit, .timeLimit, .busy, .memoryLimit, .connectionLimit,
      .requestLimit, .grantLimit, .accountUnavailable, .peerUnknown, .serverStopping, .clockTrial,
      .importEnded:
      self = .tryAgain
    case .accessDenied, .environmentUnknown, .environmentExists, .environmentLimit,
      .principalUnknown, .nameNew, .secretUnknown, .secretEmpty, .secretLimit, .gateRequired,
      .gateRefused,
      .secretDisabled, .casMismatch, .requestUnknown, .requestEnded, .ticketRequired,
      .digestMismatch, .selfReview, .reviewRepeated, .reviewLimit, .grantExpired,
      .environmentInUse, .revisionMismatch, .gateWeaker, .versionUnknown, .versionState,
      .variableUnknown, .variableLimit, .grantHeld, .readLimit, .peerRefused, .grantOutdated:
      self = .refused
    }
  }

  /// The client's own slugs; what is not here is a refusal, the wire's words are above.
  private static let own: [String: ExitStatus] = [
    "usage": .usage,
    "terminal.refused": .usage,
    "runner.absent": .usage,

    "request.environment": .badData,
    "value.nul": .badData,
    "value.field": .badData,
    "value.format": .badData,
    "file.unreadable": .badData,
    "status.file": .badData,
    "dotenv.invalid": .badData,
    "ticket.file": .badData,
    "audit.broken": .badData,

    "daemon.absent": .unavailable,
    "daemon.stale": .unavailable,
    "daemon.not_a_socket": .unavailable,
    "daemon.permission": .unavailable,
    "daemon.path": .unavailable,
    "daemon.busy": .unavailable,
    "daemon.protocol": .unavailable,
    "host.no_ssh": .unavailable,
    "host.unreachable": .unavailable,
    "host.no_envgate": .unavailable,
    "host.refused": .unavailable,
    "host.invalid": .unavailable,
    "connection.lost": .unavailable,
    "connection.timeout": .unavailable,
    "daemon.silent": .unavailable,

    "request.waiting": .tryAgain,

    "reply.invalid": .fault,
    "output.failed": .fault,
    "system": .fault,

    "doctor.failed": .configuration,

    "command.not_invoked": .cannotInvoke,
    "command.not_found": .notFound,
  ]
}
