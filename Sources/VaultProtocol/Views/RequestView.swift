public import StrictJSON
public import VaultCore

/// A request as its caller may see it: facts of the vault, and apart from them what the requester claims.
public struct RequestView: ListItem, Hashable {
  /// Its number.
  public let id: Int64
  /// The environment's name.
  public let environment: String
  /// Where it stands; one of `RequestState.texts`.
  public let state: String
  /// How the grant ended, where it has ended.
  public let outcome: String?
  /// Who asks.
  public let requester: AccountView
  /// What is asked for, pinned to versions.
  public let secrets: [PinnedSecretView]
  /// `sha256:…` of all that a reviewer approves.
  public let digest: String
  /// The revision of the gate that it was made under.
  public let gateRevision: Int64
  /// Raised by each change of the request.
  public let revision: Int64
  /// When it was made, in milliseconds since the epoch.
  public let created: Int64
  /// When it ends if it still waits.
  public let expires: Int64
  /// Until when an approval holds; nil where it is not approved.
  public let approvedUntil: Int64?
  /// Whether it ends by itself when nobody waits on it.
  public let attended: Bool
  /// What the requester says; proven by nothing.
  public let claimed: RequestContext
  /// What reviewers said, in order.
  public let reviews: [ReviewView]
  /// What is still missing.
  public let unmet: [UnmetView]
  /// The grant, once there is one.
  public let grant: GrantView?
  /// The newest live request of the same job, where there is a newer one.
  public let newer: Int64?
  /// Whether only what a job left behind keeps the environment taken, with nobody left who may read.
  public let unattended: Bool
  /// What a person should know before they answer.
  public let notes: [String]
  /// The environment's variables, which its job gets, whose names no approved request has held, while it
  /// waits; of its secrets each says so itself.
  public let newVariables: [String]
  /// How many more of those there are.
  public let moreNewVariables: Int64

  /// Its secrets whose names no approved request of its environment has held, while it waits.
  public var newSecrets: [String] { secrets.filter(\.isNew).map(\.name) }

  /// What the names of variables may take, in bytes, so that a request fits a line.
  static let variableNameBytes = 8_192

  /// What `after` takes to continue behind this one.
  public var cursor: Int64 { id }

  /// Makes the view.
  /// - Parameters:
  ///   - unmet: what the gate still waits for, judged on the reviews as they stand.
  ///   - byServiceAccount: whether the requester is an account that many jobs share.
  ///   - newer: the newest live request of the same requester, environment and key, if that is another.
  ///   - isUnattended: whether its grant lives by its lifeline alone.
  ///   - newNames: what its job would get that no approved request has held.
  public init(
    request: AccessRequest, unmet: [Unmet], byServiceAccount: Bool, newer: Int64? = nil,
    isUnattended: Bool = false, newNames: UnapprovedNames = UnapprovedNames()
  ) {
    var room = Self.variableNameBytes
    newVariables = newNames.variables.map(\.text).prefix { name in
      room -= name.utf8.count + 3
      return room >= 0
    }
    moreNewVariables = Int64(newNames.variables.count - newVariables.count)
    self.newer = newer
    unattended = isUnattended
    id = request.id
    environment = request.environmentName.text
    state = request.state.text
    if case .closed(let outcome) = request.state {
      self.outcome = outcome.rawValue
    } else {
      outcome = nil
    }
    requester = AccountView(request.requester.subject, account: request.requester.name)
    let newSecrets = Set(newNames.secrets)
    secrets = request.secrets.map { PinnedSecretView($0, isNew: newSecrets.contains($0.name)) }
    digest = Digest(request.digest).text
    gateRevision = request.gateRevision
    revision = request.revision
    created = request.created.wall
    expires = request.waitsUntil.at.wall
    if case .approved(let until) = request.state {
      approvedUntil = until.at.wall
    } else {
      approvedUntil = nil
    }
    attended = request.attended
    claimed = request.context
    let (reviews, shortened) = ReviewView.fitted(request.reviews)
    self.reviews = reviews
    self.unmet = unmet.map { UnmetView($0) }
    grant = request.grant.map { GrantView($0) }
    var notes: [String] = []
    if byServiceAccount { notes.append(Self.serviceAccountNote(request.requester)) }
    if let note = Self.absenceNote(request) { notes.append(note) }
    if shortened > 0 { notes.append("\(shortened) older reviews are shown without their comments") }
    self.notes = notes
  }

  /// Whose approvals no longer count; of many the first are named.
  private static func absenceNote(_ request: AccessRequest) -> String? {
    guard request.state == .waiting else { return nil }
    let lost = request.reviews.filter { $0.absence != nil }.map {
      AccountView(uid: $0.uid, account: $0.name).text
    }
    if lost.isEmpty { return nil }
    let more = lost.count > 8 ? " and \(lost.count - 8) others" : ""
    return "the approval of \(lost.prefix(8).joined(separator: ", "))\(more) no longer counts: "
      + "the account is gone, renamed, or no longer in the group that the rule names"
  }

  private static func serviceAccountNote(_ requester: Requester) -> String {
    let asker: String
    switch requester.subject {
    case .account(let uid): asker = "by the account \(requester.name ?? "uid \(uid)")"
    case .socket(let name): asker = "through the job socket \(name.text)"
    }
    return "asked \(asker); envgate cannot tell who started this job, "
      + "so its author may be among the reviewers"
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("id", id)
    writer.member("environment", environment)
    writer.member("state", state)
    writer.nullable("outcome", outcome)
    writer.key("requester")
    requester.write(to: &writer)
    writer.member("secrets", secrets)
    writer.member("new_variables", newVariables)
    if moreNewVariables > 0 { writer.member("more_new_variables", moreNewVariables) }
    writer.member("digest", digest)
    writer.member("gate_revision", gateRevision)
    writer.member("revision", revision)
    writer.member("created", time: created)
    writer.member("expires", time: expires)
    writer.nullable("approved_until", time: approvedUntil)
    writer.member("attended", attended)
    writer.key("claimed")
    writer.beginObject()
    claimed.writeMembers(to: &writer)
    writer.endObject()
    writer.member("reviews", reviews)
    writer.member("unmet", unmet)
    writer.key("grant")
    if let grant { grant.write(to: &writer) } else { writer.null() }
    writer.nullable("newer", newer)
    writer.member("unattended", unattended)
    writer.member("notes", notes)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    id = try object.required("id").integer()
    environment = try object.required("environment").string()
    state = try object.required("state").string()
    newVariables = try object.required("new_variables").strings()
    moreNewVariables = try object.optional("more_new_variables")?.integer() ?? 0
    outcome = try object.required("outcome").nullableString()
    requester = try AccountView(object.required("requester"))
    secrets = try object.required("secrets").views()
    digest = try object.required("digest").string()
    gateRevision = try object.required("gate_revision").integer()
    revision = try object.required("revision").integer()
    created = try object.required("created").time()
    expires = try object.required("expires").time()
    approvedUntil = try object.required("approved_until").nullableTime()
    attended = try object.required("attended").bool()
    claimed = try RequestContext(claimed: object.required("claimed"))
    reviews = try object.required("reviews").views()
    unmet = try object.required("unmet").views()
    let grant = try object.required("grant")
    self.grant = grant.isNull ? nil : try GrantView(grant)
    newer = try object.required("newer").nullableInteger()
    unattended = try object.required("unattended").bool()
    notes = try object.required("notes").strings()
  }
}
