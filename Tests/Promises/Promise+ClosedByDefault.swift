extension Promise {
  /// - Attack: A requester reads a protected environment without a request.
  /// - Promise: It is refused: only the grant of an approved request reads a protected environment.
  package static let requestNeeded = Promise(.closedByDefault)

  /// - Attack: An account without a role asks what exists.
  /// - Promise: Environments and requests are unknown to it, through the real socket too.
  package static let existenceIsHidden = Promise(.closedByDefault)

  /// - Attack: An admin writes a list of no rules, a rule without reviewers, or a rule of zero
  ///   approvals.
  /// - Promise: It means no, and is refused when it is written.
  package static let emptyRulesMeanNo = Promise(.closedByDefault)

  /// - Attack: An admin writes a rule that only the requester could satisfy.
  /// - Promise: It is refused when it is written.
  package static let rulesCanBeMet = Promise(.closedByDefault)

  /// - Attack: An account does what its role does not allow.
  /// - Promise: Each method has a row in one table of permissions, and the engine asks it.
  package static let rolesDecide = Promise(.closedByDefault)

  /// - Attack: A role that was taken away still works in an open connection.
  /// - Promise: It is gone at the next command.
  package static let lostRolesEndAtOnce = Promise(.closedByDefault)

  /// - Attack: An admin weakens a gate by an edit that looks harmless.
  /// - Promise: One function judges every edit. What it cannot show to be as strict is weaker,
  ///   needs `allow_weaken`, and is recorded as weaker.
  package static let weakerEditsAreMeant = Promise(.closedByDefault)

  /// - Attack: An edit lets a uid without an account ask, in a gate that lets every account ask.
  /// - Promise: Naming a bare number there counts as weaker.
  package static let bareNumbersAreWeaker = Promise(.closedByDefault)

  /// - Attack: Somebody makes a secret named `LD_PRELOAD` or `PATH`, or hands `LD` over as a file.
  /// - Promise: Nobody makes such a name. A name is also judged by what its form of delivery makes
  ///   of it.
  package static let namesThatRunCode = Promise(.closedByDefault)

  /// - Attack: A writer, who may not read, makes a name that runs code in an approved job,
  ///   redirects a credential or logs it: `GNUMAKEFLAGS`, `TAR_OPTIONS`, `COMPOSE`.
  /// - Promise: In a protected environment only an admin makes a new name, secret or variable,
  ///   imported too. The gate as it is in the commit decides.
  package static let writersMakeNoNames = Promise(.closedByDefault)

  /// - Attack: A writer sets values to find out what another environment holds.
  /// - Promise: Only an account that may set the secret there too is told of the same value. The
  ///   match is always recorded.
  package static let sameValueIsToldToWriters = Promise(.closedByDefault)

  /// - Attack: An account follows requests that are not its own.
  /// - Promise: Events are about what it may see at that moment.
  package static let eventsOfOnesOwn = Promise(.closedByDefault)

  /// - Attack: An account learns of an environment by "did you mean".
  /// - Promise: Suggestions come only from what the daemon lists to the caller.
  package static let suggestionsOfTheVisible = Promise(.closedByDefault)

  /// - Attack: A unit asks for a credential that the configuration does not give it, or of a
  ///   protected environment.
  /// - Promise: The unit gets nothing and fails. Not even root's socket makes a reviewer of it.
  package static let unitsGetWhatIsTheirs = Promise(.closedByDefault)

  /// - Attack: The daemon ends, or refuses, while a unit starts, and an empty credential lets the
  ///   unit start.
  /// - Promise: A refusal is longer than the service manager takes, so that the unit fails. Only a
  ///   daemon that is killed leaves an empty credential; the example unit tests for it.
  package static let refusedUnitsFail = Promise(.closedByDefault)

  /// - Attack: Somebody has an older backup restored, to bring a weaker gate or a removed reviewer back.
  /// - Promise: The operator must name the day. Nothing is activated in a protected environment of it until an
  ///   admin confirms its gate.
  package static let restoredGateWaits = Promise(.closedByDefault)

  /// - Attack: A ticket or a grant that has ended since comes back to life with a backup.
  /// - Promise: A restore ends every request and grant, and no number of one is given again.
  package static let restoreEndsAll = Promise(.closedByDefault)

  /// - Attack: Somebody has last week's backup restored beside the living vault, to bring a destroyed value, a removed
  ///   person or a weaker gate back.
  /// - Promise: The living vault keeps its gates, people and deletions. Values alone come back, by the rules of a
  ///   rollback, and on the record.
  package static let livingVaultWins = Promise(.closedByDefault)
}
