import VaultCalls
import VaultCore
import VaultCrypto

extension VaultEngine {
  /// One command's decision: one line a case, no logic here.
  func decide(_ command: Command, at now: Moment) throws -> Pending {
    switch command.action {
    case .call(let call, let principals): return try decide(call, principals, command, at: now)
    case .authorize:
      try require(command.traits.permission, command.caller)
      return .ready(.done)
    case .follow(let ids):
      return try followRequests(command.caller, for: command.traits.permission, ids, at: now)
    case .status: return .ready(.status(try status(command.caller, at: now)))
    case .backupDone(let backup): return backupDone(backup, by: command.caller, at: now)
    case .connectionEnded:
      try close(command.caller.connection, at: now)
      return .ready(.done)
    case .tick: return try tick(at: now)
    case .loadCredential(let credential, let source):
      return try loadCredential(command.caller, credential, source, at: now)
    case .listReviewers: return .ready(.reviewers(live.watchedReviewers))
    case .recheckReviewer(let uid, let answer, let after):
      return try recheckReviewer(uid, answer, after: after, at: now)
    case .lifecycle(let event): return lifecycle(event, at: now)
    case .noteRefusals(let calls): return noteRefusals(calls, at: now)
    case .reconfigure(let configuration): return reconfigure(configuration, at: now)
    }
  }

  /// One call's decision: one line a method.
  private func decide(
    _ call: Call, _ principals: [Principal], _ command: Command, at now: Moment
  ) throws -> Pending {
    let caller = command.caller
    let may = command.traits.permission
    switch call {
    case .serverStatus: return .ready(.status(try status(caller, at: now)))
    case .environmentCreate(let call):
      return try createEnvironment(caller, for: may, call.name, try call.gate(principals), at: now)
    case .environmentGet(let call): return try getEnvironment(caller, for: may, call.name)
    case .environmentList(let call):
      return try listEnvironments(caller, for: may, after: call.after ?? 0, limit: call.limit)
    case .environmentUpdate(let call):
      return try updateEnvironment(
        caller, for: may, call.name, try call.edit(principals), revision: call.revision,
        allowWeaken: call.allowWeaken, at: now)
    case .environmentDelete(let call):
      return try deleteEnvironment(caller, for: may, call.name, at: now)
    case .principalGet(let call):
      return try getPrincipal(
        caller, for: may, PrincipalQuery(name: call.principal, current: principals.first),
        after: call.after ?? 0, limit: call.limit)
    case .principalRemove(let call):
      return try removePrincipal(
        caller, for: may, PrincipalQuery(name: call.principal, current: principals.first), at: now)
    case .secretSet(let call):
      return try setSecret(
        caller, for: may, environment: call.environment, secret: call.name, value: call.value,
        cas: call.cas, revokePrevious: call.revokePrevious, at: now)
    case .secretImport(let call): return try importSecrets(caller, for: may, call, at: now)
    case .secretCreate(let call):
      return try createSecret(
        caller, for: may, environment: call.environment, secret: call.name, at: now)
    case .secretGet(let call):
      return try getSecret(
        caller, for: may, environment: call.environment, secret: call.name, request: call.request,
        ticket: call.ticket, at: now)
    case .secretList(let call):
      return try listSecrets(
        caller, for: may, environment: call.environment, after: call.after, limit: call.limit)
    case .secretVersions(let call):
      return try listVersions(
        caller, for: may, environment: call.environment, secret: call.name, after: call.after ?? 0,
        limit: call.limit)
    case .secretDisable(let call):
      return try changeVersion(
        caller, for: may, environment: call.environment, secret: call.name, version: call.version,
        to: .disabled, at: now)
    case .secretEnable(let call):
      return try changeVersion(
        caller, for: may, environment: call.environment, secret: call.name, version: call.version,
        to: .enabled, at: now)
    case .secretDestroy(let call):
      return try changeVersion(
        caller, for: may, environment: call.environment, secret: call.name, version: call.version,
        to: .destroyed, at: now)
    case .secretRollback(let call):
      return try rollbackSecret(
        caller, for: may, environment: call.environment, secret: call.name, to: call.to,
        cas: call.cas, at: now)
    case .secretDelete(let call):
      return try deleteSecret(
        caller, for: may, environment: call.environment, secret: call.name, at: now)
    case .variableSet(let call):
      return try setVariable(
        caller, for: may, environment: call.environment, variable: call.name, value: call.value,
        at: now)
    case .variableList(let call):
      return try listVariables(
        caller, for: may, environment: call.environment, after: call.after, limit: call.limit)
    case .variableDelete(let call):
      return try deleteVariable(
        caller, for: may, environment: call.environment, variable: call.name, at: now)
    case .requestCreate(let call): return try createRequest(caller, for: may, call, at: now)
    case .requestGet(let call):
      return try doubting(command) {
        try getRequest(caller, for: may, call.request, ticket: call.ticket, at: now)
      }
    case .requestList(let call): return try listRequests(caller, for: may, call, at: now)
    case .requestWait(let call):
      return try observeRequest(caller, for: may, call.request, ticket: call.ticket, at: now)
    case .requestApprove(let call):
      return try doubting(command) {
        try review(
          command, request: call.request, .approved, digest: call.digest, comment: call.comment,
          at: now)
      }
    case .requestReject(let call):
      return try doubting(command) {
        try review(
          command, request: call.request, .rejected, digest: call.digest, comment: call.comment,
          at: now)
      }
    case .requestCancel(let call):
      return try cancelRequest(caller, for: may, call.request, ticket: call.ticket, at: now)
    case .requestRevoke(let call): return try revoke(caller, for: may, call, at: now)
    case .grantActivate(let call):
      return try doubting(command) {
        try activate(
          command, request: call.request, ticket: call.ticket, hold: call.hold, waits: call.waits,
          at: now)
      }
    case .grantRead(let call):
      return try readGrant(
        caller, for: may, request: call.request, ticket: call.ticket, after: call.after, at: now)
    case .grantClose(let call):
      return try closeGrant(
        caller, for: may, request: call.request, ticket: call.ticket, outcome: call.outcome, at: now
      )
    case .grantResume(let call):
      return try resumeGrant(caller, for: may, request: call.request, ticket: call.ticket, at: now)
    case .grantHold(let call):
      return try holdGrant(
        caller, for: may, request: call.request, ticket: call.ticket, replaces: call.replaces)
    case .keyStatus(let call):
      return try listKeys(caller, for: may, after: call.after, limit: call.limit)
    case .keyRotate(let call):
      return try rotateKey(caller, for: may, call.target, at: now)
    case .backupOpen: return try openBackup(caller, for: may, at: now)
    // Answered elsewhere, behind the first trip; nothing of them is decided here.
    case .auditList, .auditVerify, .auditKey, .backupRead, .eventsSubscribe:
      try require(command.traits.permission, caller)
      return .ready(.done)
    }
  }

  private func importSecrets(
    _ caller: Caller, for may: Permission, _ call: SecretImport, at now: Moment
  ) throws -> Pending {
    switch call.step {
    case .open(let names, let isDryRun):
      try openImport(
        caller, for: may, environment: call.environment, names: names, isDryRun: isDryRun, at: now)
    case .put(let name, let value):
      try putImport(
        caller, for: may, environment: call.environment, secret: name, value: value, at: now)
    case .commit(let allowEmpty):
      try commitImport(
        caller, for: may, environment: call.environment, allowEmpty: allowEmpty, at: now)
    }
  }

  private func revoke(_ caller: Caller, for may: Permission, _ call: RequestRevoke, at now: Moment)
    throws -> Pending
  {
    switch call.target {
    case .request(let id): try revokeRequest(caller, for: may, id, at: now)
    case .all(let environment, let requester):
      try revokeAll(caller, for: may, environment: environment, requester: requester, at: now)
    }
  }

  func status(_ caller: Caller, at now: Moment) throws -> StatusAnswer {
    // Who asks who they are wants to hear their name too, and waits for it.
    if caller.account == nil && !caller.isOverflow { throw Refusal.accountNeeded([caller.uid]) }
    let roles: Roles?
    do { roles = try configuration.standing.roles(of: caller) } catch {
      if !error.wasUnavailable { throw Refusal(error) }
      roles = nil
    }
    return StatusAnswer(
      vault: vault.bytes, roles: roles, auditSequence: trail.sequence, trouble: lasting.trouble,
      clock: now.doubt, hasRecoveryKey: hasRecoveryKey, lastBackup: trail.head.lastBackup,
      restored: try unconfirmedGates())
  }

  private func lifecycle(_ event: AuditEvent, at now: Moment) -> Pending {
    for (key, count) in draft.refusals.flush(at: now, everything: event == .serverStopped) {
      recordRefusal(key, count: count, at: now)
    }
    trail.append(AuditRecord(at: now, event: event))
    draft.work.wantsSignature = true
    return .ready(.done)
  }

  /// The figures for the metrics, once a second.
  func figures(at now: ClockReading) -> VaultFigures {
    let awaited = live.awaited
    var figures = VaultFigures()
    figures.waiting = awaited.count
    figures.records = trail.sequence
    figures.lastBackup = trail.head.lastBackup
    // A row that does not verify is told by who decides by it, and by the walk over all at a start.
    try? lasting.secretAges.look(in: rows, now: now.wall)
    figures.secrets = lasting.secretAges.found
    if let created = awaited.first?.created {
      figures.oldestWaiting = max(
        0, created.bootID == now.bootID ? now.boot - created.boot : now.wall - created.wall)
    }
    return figures
  }
}
