import VaultCore
import VaultEngine
import VaultProtocol

extension Call {
  /// What the session does for this call. One line a method; no decision is made here.
  var work: Conversation.Work {
    switch self {
    case .serverStatus: .command(.status)
    case .environmentCreate(let call):
      .resolve(
        NamedPrincipals(names: call.principalNames) { principals throws(Refusal) in
          .createEnvironment(call.name, try call.gate(principals))
        })
    case .environmentUpdate(let call):
      .resolve(
        NamedPrincipals(names: call.principalNames) { principals throws(Refusal) in
          .updateEnvironment(
            call.name, try call.edit(principals), revision: call.revision,
            allowWeaken: call.allowWeaken)
        })
    case .environmentGet(let call): .command(.getEnvironment(call.name))
    case .environmentList(let call):
      .command(.listEnvironments(after: call.after ?? 0, limit: call.limit))
    case .environmentDelete(let call): .command(.deleteEnvironment(call.name))
    case .principalGet(let call):
      .resolve(
        NamedPrincipals(names: [call.principal], mayBeUnknown: true) { principals in
          .getPrincipal(
            PrincipalQuery(name: call.principal, current: principals.first),
            after: call.after ?? 0, limit: call.limit)
        })
    case .principalRemove(let call):
      .resolve(
        NamedPrincipals(names: [call.principal], mayBeUnknown: true) { principals in
          .removePrincipal(PrincipalQuery(name: call.principal, current: principals.first))
        })
    case .secretSet(let call):
      .command(
        .setSecret(
          environment: call.environment, name: call.name, value: call.value, cas: call.cas,
          revokePrevious: call.revokePrevious))
    case .secretImport(let call):
      switch call.step {
      case .open(let names, let dryRun):
        .command(.openImport(environment: call.environment, names: names, isDryRun: dryRun))
      case .put(let name, let value):
        .command(.putImport(environment: call.environment, name: name, value: value))
      case .commit(let allowEmpty):
        .command(.commitImport(environment: call.environment, allowEmpty: allowEmpty))
      }
    case .secretCreate(let call):
      .command(.createSecret(environment: call.environment, name: call.name))
    case .secretGet(let call):
      .command(
        .getSecret(
          environment: call.environment, name: call.name, request: call.request,
          ticket: call.ticket))
    case .secretList(let call):
      .command(
        .listSecrets(environment: call.environment, after: call.after, limit: call.limit))
    case .secretVersions(let call):
      .command(
        .listVersions(
          environment: call.environment, name: call.name, after: call.after ?? 0,
          limit: call.limit))
    case .secretDisable(let call):
      change(call.environment, call.name, call.version, to: .disabled)
    case .secretEnable(let call): change(call.environment, call.name, call.version, to: .enabled)
    case .secretDestroy(let call):
      change(call.environment, call.name, call.version, to: .destroyed)
    case .secretRollback(let call):
      .command(
        .rollbackSecret(
          environment: call.environment, name: call.name, to: call.to, cas: call.cas))
    case .secretDelete(let call):
      .command(.deleteSecret(environment: call.environment, name: call.name))
    case .variableSet(let call):
      .command(
        .setVariable(environment: call.environment, name: call.name, value: call.value))
    case .variableList(let call):
      .command(
        .listVariables(environment: call.environment, after: call.after, limit: call.limit))
    case .variableDelete(let call):
      .command(.deleteVariable(environment: call.environment, name: call.name))
    case .requestCreate(let call):
      .command(
        .createRequest(
          NewRequest(
            environment: call.environment, secrets: call.secrets, context: call.context,
            attended: call.attended,
            supersedes: call.supersede.map {
              NewRequest.Superseded(request: $0.request, ticket: $0.ticket)
            })))
    case .requestGet(let call): .command(.getRequest(call.request, ticket: call.ticket))
    case .requestList(let call):
      .command(
        .listRequests(
          RequestFilter(
            environment: call.environment, state: call.state, secret: call.secret,
            version: call.version, since: call.since, before: call.after, limit: call.limit)))
    case .requestWait(let call):
      .wait(request: call.request, revision: call.revision, ticket: call.ticket)
    case .requestApprove(let call):
      .command(.approve(request: call.request, digest: call.digest, comment: call.comment))
    case .requestReject(let call):
      .command(.reject(request: call.request, digest: call.digest, comment: call.comment))
    case .requestCancel(let call): .command(.cancelRequest(call.request, ticket: call.ticket))
    case .requestRevoke(let call):
      switch call.target {
      case .request(let id): .command(.revokeRequest(id))
      case .all(let environment, let requester):
        .command(.revokeAll(environment: environment, requester: requester))
      }
    case .grantActivate(let call):
      .command(
        .activate(
          request: call.request, ticket: call.ticket, hold: call.hold, waits: call.waits))
    case .grantResume(let call):
      .command(.resumeGrant(request: call.request, ticket: call.ticket))
    case .grantRead(let call):
      .command(.readGrant(request: call.request, ticket: call.ticket, after: call.after))
    case .grantHold(let call):
      .command(
        .holdGrant(request: call.request, ticket: call.ticket, replaces: call.replaces))
    case .grantClose(let call):
      .command(.closeGrant(request: call.request, ticket: call.ticket, outcome: call.outcome))
    case .auditList(let call): .auditList(call)
    case .auditVerify: .auditVerify
    case .eventsSubscribe(let call): .subscribe(after: call.after)
    }
  }

  private func change(
    _ environment: EnvironmentName, _ name: SecretName, _ version: Int64,
    to state: SecretVersion.State
  ) -> Conversation.Work {
    .command(
      .changeVersion(environment: environment, name: name, version: version, to: state))
  }
}
