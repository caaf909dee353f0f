public import SecretMemory
import StrictJSON
public import VaultCore

/// What `request.create` answers: the only place where a ticket appears.
public struct RequestCreatedView: DescribedView {
  /// The request's number.
  public let id: Int64
  /// Its ticket, `egr1_…`; whoever has it can act for the request.
  public let ticket: SecretBuffer
  /// Where it stands; approved at once where nothing is missing.
  public let state: String
  /// `sha256:…` of all that a reviewer approves.
  public let digest: String
  /// The environment's name.
  public let environment: String
  /// What is still missing.
  public let unmet: [UnmetView]
  /// What it reads, each pinned to its version; nil from a vault that does not say it here.
  public let secrets: [PinnedSecretView]?
  /// Secrets that a request for all leaves out, since they have no version yet.
  public let leftOut: [String]

  /// Its members.
  public static let shape = Shape<RequestCreatedView>(
    Member("id", \.id, .integer),
    Member("ticket", \.ticket, .secretText),
    Member("state", \.state, .text),
    Member("digest", \.digest, .text),
    Member("environment", \.environment, .text),
    Member("unmet", \.unmet, .list(.view)),
    Member(optional: "secrets", \.secrets, .list(.view)),
    Member(unlessEmpty: "left_out", \.leftOut, .list(.text)),
    as: RequestCreatedView.init)
}

extension RequestCreatedView {
  /// Makes the view.
  public init(
    request: AccessRequest, ticket: SecretBuffer, unmet: [Unmet], leftOut: [SecretName] = []
  ) {
    self.init(
      id: request.id, ticket: ticket, state: request.state.text,
      digest: Digest(request.digest).text, environment: request.environmentName.text,
      unmet: unmet.map { UnmetView($0) }, secrets: request.secrets.map { PinnedSecretView($0) },
      leftOut: leftOut.map(\.text))
  }
}

extension Kind where Value == SecretBuffer {
  /// A text that must not be kept anywhere else, as long as a newer daemon makes it.
  fileprivate static var secretText: Self {
    Kind { value, _ in
      try value.secret()
    } write: {
      $1.value(secret: $0)
    }
  }
}
