public import StrictJSON
public import VaultCalls
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
  /// The environment's variables, which its job gets, whose names no approved request has held, while it
  /// waits; of its secrets each says so itself.
  public let newVariables: [String]
  /// How many more of those there are.
  public let moreNewVariables: Int64
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
  /// The unit that it is for; nil where it is for a job.
  public let standingApproval: StandingApproval?
  private var claims: Claims
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
  /// Whether this is no more than another job of the account may know: number, environment and state.
  public let isPartial: Bool

  /// What the requester says, proven by nothing.
  private struct Claims: Hashable, Sendable {
    var context = RequestContext()
    var sameKey: SameKeyView?

    static let shape = Shape<Claims>(
      Member(group: \.context, RequestContext.shape),
      Member(group: \.sameKey, SameKeyView.shape, where: "same_key"),
      as: Claims.init)
  }

  /// The members of a request that is told whole.
  private static let whole = Shape<RequestView>(
    Member("id", \.id, .integer),
    Member("environment", \.environment, .text),
    Member("state", \.state, .text),
    Member("outcome", \.outcome, .nullable(.text)),
    Member("requester", \.requester, .view),
    Member("secrets", \.secrets, .list(.view)),
    Member("new_variables", \.newVariables, .list(.text)),
    Member("more_new_variables", \.moreNewVariables, .integer, unless: 0),
    Member("digest", \.digest, .text),
    Member("gate_revision", \.gateRevision, .integer),
    Member("revision", \.revision, .integer),
    Member("created", \.created, .time),
    Member("expires", \.expires, .time),
    Member("approved_until", \.approvedUntil, .nullable(.time)),
    Member("attended", \.attended, .bool),
    Member(optional: "standing", \.standingApproval, .object(StandingApproval.shape)),
    Member("claimed", \.claims, .object(Claims.shape)),
    Member("reviews", \.reviews, .list(.view)),
    Member("unmet", \.unmet, .list(.view)),
    Member("grant", \.grant, .nullable(.view)),
    Member("turn", \.turn, .nullable(.view)),
    Member("outdated_by", \.outdatedBy, .nullable(.integer)),
    Member("origin", \.origin, .nullable(.view)),
    Member("twins", \.twins, .list(.view)),
    Member("more_twins", \.moreTwins, .integer),
    Member("unattended", \.unattended, .bool),
    Member(optional: "left", \.left, .view),
    Member("notes", \.notes, .list(.text)),
    Member("partial", \.isPartial, .bool),
    as: RequestView.init)

  /// The members of a request that another job of the account made.
  private static let part = Shape<RequestView>(
    Member("id", \.id, .integer),
    Member("environment", \.environment, .text),
    Member("state", \.state, .text),
    Member("requester", \.requester, .view),
    Member("partial", \.isPartial, .bool),
    as: RequestView.init(partOf:environment:state:requester:isPartial:))
}

extension RequestView {
  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    let shape = try object.required("partial").bool() ? Self.part : Self.whole
    self = try shape.read(value, .answer)
  }

  /// Writes the value as the wire has it; of a part no more than there is of it.
  public func write(to writer: inout JSONWriter) {
    (isPartial ? Self.part : Self.whole).write(object: self, to: &writer)
  }

  /// What the requester says; proven by nothing.
  public var claimed: RequestContext { claims.context }

  /// Others that claim to be the same job, by its key; among the claims.
  public var sameKey: SameKeyView? { claims.sameKey }

  /// Its secrets whose names no approved request of its environment has held, while it waits.
  public var newSecrets: [String] { secrets.filter(\.isNew).map(\.name) }

  /// What `after` takes to continue behind this one.
  public var cursor: Int64 { id }

  /// What the names of variables may take, in bytes, so that a request fits a line.
  static let variableNameBytes = 1_536

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
    var room = Self.variableNameBytes
    let newVariables = newNames.variables.map(\.text).prefix { name in
      room -= name.utf8.count + 3
      return room >= 0
    }
    var (outcome, approvedUntil): (String?, Int64?) = (nil, nil)
    if case .closed(let end) = request.state { outcome = end.rawValue }
    if case .approved(let until, _) = request.state { approvedUntil = until.at.wall }
    let newSecrets = Set(newNames.secrets)
    let states = Dictionary(unusable.map { ($0.name, $0.text) }) { first, _ in first }
    let (reviews, shortened) = ReviewView.fitted(request.reviews)
    var notes: [String] = []
    if byServiceAccount { notes.append(Self.serviceAccountNote(request.requester)) }
    if let note = Self.absenceNote(request) { notes.append(note) }
    if let standing = request.standing {
      notes.append(standing.sentence(until: request.grant?.expires.at.wall))
    }
    if shortened > 0 { notes.append("\(shortened) older reviews are shown without their comments") }
    self.init(
      id: request.id, environment: request.environmentName.text, state: request.state.text,
      outcome: outcome,
      requester: AccountView(request.requester.subject, account: request.requester.name),
      secrets: request.secrets.map {
        PinnedSecretView(
          $0, isNew: newSecrets.contains($0.name), state: states[$0.name],
          current: current[$0.name])
      },
      newVariables: Array(newVariables),
      moreNewVariables: Int64(newNames.variables.count - newVariables.count),
      digest: Digest(request.digest).text, gateRevision: request.gateRevision,
      revision: request.revision, created: request.created.wall,
      expires: request.waitsUntil.at.wall, approvedUntil: approvedUntil,
      attended: request.attended, standingApproval: request.standing,
      claims: Claims(
        context: request.context, sameKey: likeness.sameKey.map { SameKeyView($0) }),
      reviews: reviews, unmet: unmet.map { UnmetView($0) },
      grant: request.grant.map { GrantView($0) }, turn: turn.map { TurnView($0) },
      outdatedBy: outdatedBy, origin: origin.map { OriginView($0) },
      twins: likeness.twins.map { TwinView($0) }, moreTwins: Int64(likeness.moreTwins),
      unattended: isUnattended, left: absence, notes: notes, isPartial: false)
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
      partOf: request.id, environment: request.environmentName.text, state: request.state.text,
      requester: AccountView(request.requester.subject, account: request.requester.name),
      isPartial: true)
  }

  private init(
    partOf id: Int64, environment: String, state: String, requester: AccountView, isPartial: Bool
  ) {
    self.init(
      id: id, environment: environment, state: state, outcome: nil, requester: requester,
      secrets: [], newVariables: [], moreNewVariables: 0, digest: "", gateRevision: 0, revision: 0,
      created: 0, expires: 0, approvedUntil: nil, attended: false, standingApproval: nil,
      claims: Claims(), reviews: [],
      unmet: [], grant: nil, turn: nil, outdatedBy: nil, origin: nil, twins: [], moreTwins: 0,
      unattended: false, left: nil, notes: [], isPartial: isPartial)
  }

  /// The same request without what others say like it, and whether somebody waits: a job could change both as often
  /// as it likes, while the request does not change.
  public var alone: RequestView {
    var view = self
    (view.claims.sameKey, view.twins, view.moreTwins, view.left) = (nil, [], 0, nil)
    return view
  }

  private static func serviceAccountNote(_ requester: Requester) -> String {
    let asker: String
    switch requester.subject {
    case .account(let uid): asker = "by the account \(requester.name ?? "uid \(uid)")"
    case .socket(let name): asker = "through the job socket \(name.text)"
    case .unit(let name): asker = "for the unit \(name.text)"
    }
    return "asked \(asker); envgate cannot tell who started this job, "
      + "so its author may be among the reviewers"
  }
}
