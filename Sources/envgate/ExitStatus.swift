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
  case stillWaiting = 75
  case refused = 77
  case configuration = 78
  case ownFailure = 125
  case cannotInvoke = 126
  case notFound = 127

  /// The code for a reason: a slug of the wire's `data.reason`, or one of the client's own.
  ///
  /// A reason that is not in the table is a refusal, so that a newer daemon's "no" stays a "no".
  init(reason: String) {
    self = Self.table[reason] ?? .refused
  }

  private static let table: [String: ExitStatus] = [
    "usage": .usage,
    "terminal.refused": .usage,
    "runner.absent": .usage,

    "name.invalid": .badData,
    "name.taken": .badData,
    "request.environment": .badData,
    "gate.invalid": .badData,
    "text.invalid": .badData,
    "params.invalid": .badData,
    "limit.value": .badData,
    "value.empty": .badData,
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
    "storage.unavailable": .unavailable,
    "audit.unavailable": .unavailable,
    "server.stopping": .unavailable,
    "limit.busy": .unavailable,
    "limit.connections": .unavailable,
    "limit.memory": .unavailable,

    "request.waiting": .stillWaiting,
    "gate.waiting": .stillWaiting,
    "grant.busy": .stillWaiting,
    "peer.unknown": .stillWaiting,

    "internal": .fault,
    "json.invalid": .fault,
    "message.invalid": .fault,
    "method.unknown": .fault,
    "limit.line": .fault,
    "reply.invalid": .fault,
    "output.failed": .fault,
    "system": .fault,

    "doctor.failed": .configuration,

    "command.not_invoked": .cannotInvoke,
    "command.not_found": .notFound,
  ]
}
