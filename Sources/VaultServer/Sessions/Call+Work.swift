import VaultCore
import VaultEngine
import VaultProtocol

extension Call {
  /// What the session does for this call. One line a method; no decision is made here.
  var work: Conversation.Work {
    switch self {
    case .serverStatus: .command(.status)
    case .environmentCreate(let call): .create(call)
    case .environmentGet(let call): .command(.getEnvironment(call.name))
    case .environmentList(let call):
      .command(.listEnvironments(after: call.after, limit: call.limit))
    case .secretSet(let call):
      .command(
        .setSecret(
          environment: call.environment, name: call.name, value: call.value, cas: call.cas))
    case .secretGet(let call):
      .command(
        .getSecret(
          environment: call.environment, name: call.name, request: call.request,
          ticket: call.ticket))
    case .secretList(let call):
      .command(
        .listSecrets(environment: call.environment, after: call.after, limit: call.limit))
    case .requestCreate(let call):
      .command(
        .createRequest(
          NewRequest(
            environment: call.environment, secrets: call.secrets, context: call.context,
            attended: call.attended)))
    case .requestGet(let call): .command(.getRequest(call.request))
    case .requestList(let call):
      .command(
        .listRequests(
          RequestFilter(
            environment: call.environment, state: call.state, before: call.after,
            limit: call.limit)))
    case .requestWait(let call): .wait(request: call.request, revision: call.revision)
    case .requestApprove(let call):
      .command(.approve(request: call.request, digest: call.digest, comment: call.comment))
    case .requestReject(let call):
      .command(.reject(request: call.request, digest: call.digest, comment: call.comment))
    case .grantActivate(let call):
      .command(.activate(request: call.request, ticket: call.ticket))
    case .grantRead(let call):
      .command(.readGrant(request: call.request, ticket: call.ticket, after: call.after))
    case .grantClose(let call):
      .command(.closeGrant(request: call.request, ticket: call.ticket, outcome: call.outcome))
    case .auditList(let call): .auditList(call)
    case .auditVerify: .auditVerify
    }
  }
}
