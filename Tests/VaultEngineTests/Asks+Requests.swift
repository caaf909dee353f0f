import SecretMemory
import VaultCalls
import VaultCore

@testable import VaultEngine

/// What the tests ask about requests and grants, in short.
extension Action {
  static func createRequest(_ call: RequestCreate) -> Action { .call(.requestCreate(call)) }

  static func getRequest(_ id: Int64, ticket: SecretBuffer? = nil) -> Action {
    .call(.requestGet(TicketedRequest(request: id, ticket: ticket)))
  }

  static func listRequests(_ call: RequestList) -> Action { .call(.requestList(call)) }

  static func observeRequest(_ id: Int64, ticket: SecretBuffer? = nil) -> Action {
    .call(.requestWait(RequestWait(request: id, ticket: ticket)))
  }

  static func approve(request: Int64, digest: [UInt8], comment: String) -> Action {
    .call(.requestApprove(RequestApprove(request: request, digest: digest, comment: comment)))
  }

  static func reject(request: Int64, digest: [UInt8]?, comment: String) -> Action {
    .call(.requestReject(RequestReject(request: request, comment: comment, digest: digest)))
  }

  static func cancelRequest(_ id: Int64, ticket: SecretBuffer?) -> Action {
    .call(.requestCancel(TicketedRequest(request: id, ticket: ticket)))
  }

  static func revokeRequest(_ id: Int64) -> Action {
    .call(.requestRevoke(RequestRevoke(.request(id))))
  }

  static func revokeAll(environment: EnvironmentName?, requester: PrincipalName?) -> Action {
    .call(.requestRevoke(RequestRevoke(.all(environment: environment, requester: requester))))
  }

  static func activate(
    request: Int64, ticket: SecretBuffer?, hold: Grant.Hold = .connection, waits: Bool = false
  ) -> Action {
    .call(
      .grantActivate(GrantActivate(request: request, ticket: ticket, hold: hold, waits: waits)))
  }

  static func resumeGrant(request: Int64, ticket: SecretBuffer) -> Action {
    .call(.grantResume(GrantResume(request: request, ticket: ticket)))
  }

  static func holdGrant(
    request: Int64, ticket: SecretBuffer?, replaces: Bool = false
  ) -> Action {
    .call(.grantHold(GrantHold(request: request, ticket: ticket, replaces: replaces)))
  }

  static func readGrant(request: Int64, ticket: SecretBuffer?, after: SecretName?) -> Action {
    .call(.grantRead(GrantRead(request: request, ticket: ticket, after: after)))
  }

  static func closeGrant(
    request: Int64, ticket: SecretBuffer?, outcome: RequestState.Outcome
  ) -> Action {
    .call(.grantClose(GrantClose(request: request, ticket: ticket, outcome: outcome)))
  }
}
