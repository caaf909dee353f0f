public import SecretMemory
public import StrictJSON
public import VaultCore

/// What `request.create` answers: the only place where a ticket appears.
public struct RequestCreatedView: WireView {
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

  /// Makes the view.
  public init(
    request: AccessRequest, ticket: SecretBuffer, unmet: [Unmet], leftOut: [SecretName] = []
  ) {
    self.leftOut = leftOut.map(\.text)
    id = request.id
    self.ticket = ticket
    state = request.state.text
    digest = Digest(request.digest).text
    environment = request.environmentName.text
    self.unmet = unmet.map { UnmetView($0) }
    secrets = request.secrets.map { PinnedSecretView($0) }
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("id", id)
    writer.member("ticket", secret: ticket)
    writer.member("state", state)
    writer.member("digest", digest)
    writer.member("environment", environment)
    writer.member("unmet", unmet)
    if let secrets { writer.member("secrets", secrets) }
    if !leftOut.isEmpty { writer.member("left_out", leftOut) }
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    id = try object.required("id").integer()
    ticket = try object.required("ticket").secret()
    state = try object.required("state").string()
    digest = try object.required("digest").string()
    environment = try object.required("environment").string()
    unmet = try object.required("unmet").views()
    secrets = try object.optional("secrets")?.views()
    leftOut = try object.optional("left_out")?.strings() ?? []
  }
}
