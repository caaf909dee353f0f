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
  /// How far it is from its turn; nil where it is not approved, or its environment has no turns.
  public let turn: TurnView?
  /// The newer request whose activation keeps this one from ever being activated.
  public let outdatedBy: Int64?
  /// Where it came from; nil where that is not known since a restart of the daemon, or it has ended.
  public let origin: OriginView?
  /// Others that claim to be the same job, by its key; among the claims.
  public private(set) var sameKey: SameKeyView?
  /// Some of the live requests that other connections made with the same claims.
  public private(set) var twins: [TwinView]
  /// How many more of those there are.
  public private(set) var moreTwins: Int64
  /// Whether only what a job left behind keeps the environment taken, with nobody left who may read.
  public let unattended: Bool
  /// That nobody waits on it any more, though it ends by itself then; nil where somebody waits, or need not.
  public private(set) var left: AbsenceView?
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
  static let variableNameBytes = 1_536

  /// Whether this is no more than another job of the account may know: number, environment and state.
  public let isPartial: Bool

  /// What `after` takes to continue behind this one.
  public var cursor: Int64 { id }

  /// Makes the view.
  /// - Parameters:
  ///   - unmet: what the gate still waits for, judged on the reviews as they stand.
  ///   - byServiceAccount: whether the requester is an account that many jobs share.
  ///   - turn: how far it is from its turn.
  ///   - outdatedBy: the newer request whose activation has outdated it.
  ///   - origin: where it came from.
  ///   - likeness: which other requests say the same.
  ///   - isUnattended: whether its grant lives by its lifeline alone.
  ///   - newNames: what its job would get that no approved request has held.
  ///   - unusable: its secrets whose pinned versions cannot be read.
  ///   - current: the current versions of its secrets that are pinned to another one.
  ///   - absence: that nobody waits on it any more.
  public init(
    request: AccessRequest, unmet: [Unmet], byServiceAccount: Bool, turn: Turn? = nil,
    outdatedBy: Int64? = nil, origin: RequestOrigin? = nil,
    likeness: RequestLikeness = RequestLikeness(), isUnattended: Bool = false,
    newNames: UnapprovedNames = UnapprovedNames(), unusable: [UnusableSecret] = [],
    current: [SecretName: Int64] = [:], absence: AbsenceView? = nil
  ) {
    left = absence
    var room = Self.variableNameBytes
    newVariables = newNames.variables.map(\.text).prefix { name in
      room -= name.utf8.count + 3
      return room >= 0
    }
    moreNewVariables = Int64(newNames.variables.count - newVariables.count)
    self.turn = turn.map { TurnView($0) }
    self.outdatedBy = outdatedBy
    isPartial = false
    self.origin = origin.map { OriginView($0) }
    sameKey = likeness.sameKey.map { SameKeyView($0) }
    twins = likeness.twins.map { TwinView($0) }
    moreTwins = Int64(likeness.moreTwins)
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
    let states = Dictionary(unusable.map { ($0.name, $0.text) }) { first, _ in first }
    secrets = request.secrets.map {
      PinnedSecretView(
        $0, isNew: newSecrets.contains($0.name), state: states[$0.name],
        current: current[$0.name])
    }
    digest = Digest(request.digest).text
    gateRevision = request.gateRevision
    revision = request.revision
    created = request.created.wall
    expires = request.waitsUntil.at.wall
    if case .approved(let until, _) = request.state {
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
    let more = lost.count > 8 ? " and \(lost.count - 8) more" : ""
    return "the approval of \(lost.prefix(8).joined(separator: ", "))\(more) no longer counts: "
      + "the account is gone, renamed, or no longer in the group that the rule names"
  }

  /// Makes the view of a request that another job of the account made: its number, environment and state.
  public init(partOf request: AccessRequest) {
    self.init(
      isPartial: true, id: request.id, environment: request.environmentName.text,
      state: request.state.text,
      requester: AccountView(request.requester.subject, account: request.requester.name))
  }

  private init(
    isPartial: Bool, id: Int64, environment: String, state: String, requester: AccountView
  ) {
    self.isPartial = isPartial
    self.id = id
    self.environment = environment
    self.state = state
    self.requester = requester
    (outcome, approvedUntil, grant, origin, sameKey) = (nil, nil, nil, nil, nil)
    (turn, outdatedBy) = (nil, nil)
    (newVariables, moreNewVariables) = ([], 0)
    (secrets, reviews, unmet, twins, notes) = ([], [], [], [], [])
    (gateRevision, revision, created, expires, moreTwins) = (0, 0, 0, 0, 0)
    (digest, attended, unattended, left) = ("", false, false, nil)
    claimed = RequestContext()
  }

  /// The same request without what others say like it, and whether somebody waits: a job could change both as often
  /// as it likes, while the request does not change.
  public var alone: RequestView {
    var view = self
    (view.sameKey, view.twins, view.moreTwins, view.left) = (nil, [], 0, nil)
    return view
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

  /// Writes the value as the wire has it; of a part no more than there is of it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("id", id)
    writer.member("environment", environment)
    writer.member("state", state)
    if !isPartial { writer.nullable("outcome", outcome) }
    writer.key("requester")
    requester.write(to: &writer)
    if !isPartial { writeRest(to: &writer) }
    writer.member("partial", isPartial)
    writer.endObject()
  }

  private func writeRest(to writer: inout JSONWriter) {
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
    sameKey?.writeMembers(to: &writer)
    writer.endObject()
    writer.member("reviews", reviews)
    writer.member("unmet", unmet)
    writer.key("grant")
    if let grant { grant.write(to: &writer) } else { writer.null() }
    writer.key("turn")
    if let turn { turn.write(to: &writer) } else { writer.null() }
    writer.nullable("outdated_by", outdatedBy)
    writer.key("origin")
    if let origin { origin.write(to: &writer) } else { writer.null() }
    writer.member("twins", twins)
    writer.member("more_twins", moreTwins)
    writer.member("unattended", unattended)
    if let left {
      writer.key("left")
      left.write(to: &writer)
    }
    writer.member("notes", notes)
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    let id = try object.required("id").integer()
    let environment = try object.required("environment").string()
    let state = try object.required("state").string()
    let requester = try AccountView(object.required("requester"))
    if try object.required("partial").bool() {
      self.init(
        isPartial: true, id: id, environment: environment, state: state, requester: requester)
    } else {
      try self.init(
        rest: &object, id: id, environment: environment, state: state, requester: requester)
    }
  }

  private init(
    rest object: inout JSONObject, id: Int64, environment: String, state: String,
    requester: AccountView
  ) throws {
    isPartial = false
    self.id = id
    self.environment = environment
    self.state = state
    self.requester = requester
    newVariables = try object.required("new_variables").strings()
    moreNewVariables = try object.optional("more_new_variables")?.integer() ?? 0
    outcome = try object.required("outcome").nullableString()
    secrets = try object.required("secrets").views()
    digest = try object.required("digest").string()
    gateRevision = try object.required("gate_revision").integer()
    revision = try object.required("revision").integer()
    created = try object.required("created").time()
    expires = try object.required("expires").time()
    approvedUntil = try object.required("approved_until").nullableTime()
    attended = try object.required("attended").bool()
    let claimed = try object.required("claimed")
    self.claimed = try RequestContext(claimed: claimed)
    sameKey = try SameKeyView(claimed: claimed)
    let origin = try object.required("origin")
    self.origin = origin.isNull ? nil : try OriginView(origin)
    twins = try object.required("twins").views()
    moreTwins = try object.required("more_twins").integer()
    reviews = try object.required("reviews").views()
    unmet = try object.required("unmet").views()
    let grant = try object.required("grant")
    self.grant = grant.isNull ? nil : try GrantView(grant)
    let turn = try object.required("turn")
    self.turn = turn.isNull ? nil : try TurnView(turn)
    outdatedBy = try object.required("outdated_by").nullableInteger()
    unattended = try object.required("unattended").bool()
    left = try object.optional("left").map { try AbsenceView($0) }
    notes = try object.required("notes").strings()
  }
}
