import VaultCalls
import VaultCore
import VaultCrypto

extension VaultEngine {
  /// One command's decision: one line a case, no logic here.
  func decide(_ command: Command, at now: Moment) throws -> Pending {
    let caller = command.caller
    switch command.action {
    case .status: return .ready(.status(try status(caller, at: now)))
    case .updateEnvironment(let name, let edit, let revision, let allowWeaken):
      return try updateEnvironment(
        caller, name, edit, revision: revision, allowWeaken: allowWeaken, at: now)
    case .deleteEnvironment(let name): return try deleteEnvironment(caller, name, at: now)
    case .getPrincipal(let query, let after, let limit):
      return try getPrincipal(caller, query, after: after, limit: limit)
    case .removePrincipal(let query): return try removePrincipal(caller, query, at: now)
    case .createEnvironment(let name, let gate):
      return try createEnvironment(caller, name, gate, at: now)
    case .getEnvironment(let name): return try getEnvironment(caller, name)
    case .listEnvironments(let after, let limit):
      return try listEnvironments(caller, after: after, limit: limit)
    case .setSecret(let environment, let name, let value, let cas, let revokePrevious):
      return try setSecret(
        caller, environment: environment, secret: name, value: value, cas: cas,
        revokePrevious: revokePrevious, at: now)
    case .openImport(let environment, let names, let isDryRun):
      return try openImport(
        caller, environment: environment, names: names, isDryRun: isDryRun, at: now)
    case .putImport(let environment, let name, let value):
      return try putImport(caller, environment: environment, secret: name, value: value, at: now)
    case .commitImport(let environment, let allowEmpty):
      return try commitImport(caller, environment: environment, allowEmpty: allowEmpty, at: now)
    case .createSecret(let environment, let name):
      return try createSecret(caller, environment: environment, secret: name, at: now)
    case .listVersions(let environment, let name, let after, let limit):
      return try listVersions(
        caller, environment: environment, secret: name, after: after, limit: limit)
    case .changeVersion(let environment, let name, let version, let state):
      return try changeVersion(
        caller, environment: environment, secret: name, version: version, to: state, at: now)
    case .rollbackSecret(let environment, let name, let version, let cas):
      return try rollbackSecret(
        caller, environment: environment, secret: name, to: version, cas: cas, at: now)
    case .deleteSecret(let environment, let name):
      return try deleteSecret(caller, environment: environment, secret: name, at: now)
    case .setVariable(let environment, let name, let value):
      return try setVariable(
        caller, environment: environment, variable: name, value: value, at: now)
    case .listVariables(let environment, let after, let limit):
      return try listVariables(caller, environment: environment, after: after, limit: limit)
    case .deleteVariable(let environment, let name):
      return try deleteVariable(caller, environment: environment, variable: name, at: now)
    case .getSecret(let environment, let name, let request, let ticket):
      return try getSecret(
        caller, environment: environment, secret: name, request: request, ticket: ticket, at: now)
    case .listSecrets(let environment, let after, let limit):
      return try listSecrets(caller, environment: environment, after: after, limit: limit)
    case .createRequest(let wish): return try createRequest(caller, wish, at: now)
    case .getRequest(let id, let ticket):
      return try doubting(command) { try getRequest(caller, id, ticket: ticket, at: now) }
    case .listRequests(let filter): return try listRequests(caller, filter, at: now)
    case .observeRequest(let id, let ticket):
      return try observeRequest(caller, id, ticket: ticket, at: now)
    case .approve(let id, let digest, let comment):
      return try doubting(command) {
        try review(
          command, request: id, .approved, digest: digest, comment: comment, at: now)
      }
    case .reject(let id, let digest, let comment):
      return try doubting(command) {
        try review(command, request: id, .rejected, digest: digest, comment: comment, at: now)
      }
    case .cancelRequest(let id, let ticket):
      return try cancelRequest(caller, id, ticket: ticket, at: now)
    case .revokeRequest(let id): return try revokeRequest(caller, id, at: now)
    case .revokeAll(let environment, let requester):
      return try revokeAll(caller, environment: environment, requester: requester, at: now)
    case .activate(let id, let ticket, let hold, let waits):
      return try doubting(command) {
        try activate(command, request: id, ticket: ticket, hold: hold, waits: waits, at: now)
      }
    case .resumeGrant(let id, let ticket):
      return try resumeGrant(caller, request: id, ticket: ticket, at: now)
    case .holdGrant(let id, let ticket, let replaces):
      return try holdGrant(caller, request: id, ticket: ticket, replaces: replaces)
    case .followRequests(let ids): return try followRequests(caller, ids, at: now)
    case .readGrant(let id, let ticket, let after):
      return try readGrant(caller, request: id, ticket: ticket, after: after, at: now)
    case .closeGrant(let id, let ticket, let outcome):
      return try closeGrant(caller, request: id, ticket: ticket, outcome: outcome, at: now)
    case .authorizeAudit, .authorizeAdmin:
      try require(command.traits.permission, caller)
      return .ready(.done)
    case .connectionEnded:
      try close(caller.connection, at: now)
      return .ready(.done)
    case .tick: return try tick(at: now)
    case .listReviewers: return .ready(.reviewers(live.watchedReviewers))
    case .recheckReviewer(let uid, let answer, let after):
      return try recheckReviewer(uid, answer, after: after, at: now)
    case .lifecycle(let event): return lifecycle(event, at: now)
    case .noteRefusals(let calls): return noteRefusals(calls, at: now)
    case .reconfigure(let configuration): return reconfigure(configuration, at: now)
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
      vault: vault.bytes, roles: roles, auditSequence: trail.sequence, trouble: trouble,
      clock: now.doubt)
  }

  private func lifecycle(_ event: AuditEvent, at now: Moment) -> Pending {
    for (key, count) in refusals.flush(at: now, everything: event == .serverStopped) {
      recordRefusal(key, count: count, at: now)
    }
    trail.append(AuditRecord(at: now, event: event))
    wantsSignature = true
    return .ready(.done)
  }
}
