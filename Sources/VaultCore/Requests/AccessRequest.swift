/// One wish for the secrets of one environment, with everything that happened to it.
///
/// Invariant: `digest` covers all that a reviewer is shown and that decides what is released; reviews
/// and the grant are part of this value, so that one sealed row holds them together and none of them
/// can be taken away alone.
public struct AccessRequest: Hashable, Sendable {
  /// The vault's number for it, never used again.
  public let id: Int64
  /// The environment, by its number.
  public let environment: Int64
  /// The environment's name when the request was made.
  public let environmentName: EnvironmentName
  /// The revision of the gate that the request is judged by: that of its making, or of the last edit
  /// since, which took its reviews away.
  public var gateRevision: Int64
  /// Raised by each change of this request; starts at 1.
  public var revision: Int64
  /// Who asks, as the kernel says.
  public let requester: Requester
  /// What is asked for, pinned to versions.
  public let secrets: [PinnedSecret]
  /// What the requester says about it. Claimed, never proven.
  public let context: RequestContext
  /// The unit that it is for; nil where it is for the job that made it.
  public let standing: StandingApproval?
  /// Whether somebody must keep waiting on it, else it ends by itself.
  public let attended: Bool
  /// SHA-256 of the ticket.
  public let ticketHash: [UInt8]
  /// When it was made.
  public let created: ClockReading
  /// When it ends if it still waits.
  public let expires: Deadline
  /// SHA-256 over ``digestInput(vault:)``.
  public var digest: [UInt8]
  /// Where it stands.
  public var state: RequestState
  /// What reviewers said, in order.
  public var reviews: [Review]
  /// What activation made.
  public var grant: Grant?

  /// Makes a request.
  public init(
    id: Int64, environment: Int64, environmentName: EnvironmentName, gateRevision: Int64,
    revision: Int64, requester: Requester, secrets: [PinnedSecret], context: RequestContext,
    standing: StandingApproval? = nil, attended: Bool, ticketHash: [UInt8], created: ClockReading,
    expires: Deadline, digest: [UInt8],
    state: RequestState, reviews: [Review] = [], grant: Grant? = nil
  ) {
    self.id = id
    self.environment = environment
    self.environmentName = environmentName
    self.gateRevision = gateRevision
    self.revision = revision
    self.requester = requester
    self.secrets = secrets
    self.context = context
    self.standing = standing
    self.attended = attended
    self.ticketHash = ticketHash
    self.created = created
    self.expires = expires
    self.digest = digest
    self.state = state
    self.reviews = reviews
    self.grant = grant
  }

  /// The most secrets in one request.
  public static let mostSecrets = 100
  /// The most reviews of one request.
  public static let mostReviews = 200
}

/// Who asks: proven by the kernel, named by the account database.
public struct Requester: Hashable, Sendable {
  /// The account or the job socket that made the request.
  public let subject: Subject
  /// The account's name at that time, where the database had one.
  public let name: String?
  /// The person by the configuration of that time. Who is one person is judged by that of now (``People``).
  public let person: Person

  /// Makes a requester.
  public init(subject: Subject, name: String?, person: Person) {
    self.subject = subject
    self.name = name
    self.person = person
  }

  /// Makes a requester that is an account.
  public init(uid: UInt32, name: String?, person: Person) {
    self.init(subject: .account(uid), name: name, person: person)
  }

  /// The uid that made the request; nil where it came through a job socket.
  public var uid: UInt32? { subject.uid }

  /// Whether the caller is the account or the socket that asked. It alone proves nothing: all jobs of a
  /// host share it (`asker-alone`).
  public func isSubject(of caller: Caller) -> Bool {
    subject == caller.subject && !caller.isOverflow
  }

  /// `runner (uid 998)`, `uid 998` or `socket:gitlab`.
  public var text: String {
    guard let uid else { return subject.text }
    return name.map { "\($0) (uid \(uid))" } ?? "uid \(uid)"
  }
}

/// A secret at one version.
public struct PinnedSecret: Hashable, Sendable {
  /// The secret.
  public let name: SecretName
  /// The version that will be released, whatever is set later.
  public let version: Int64

  /// Pins a secret to a version.
  public init(name: SecretName, version: Int64) {
    self.name = name
    self.version = version
  }
}

/// What the requester says about the request: shown to reviewers as claimed; satisfies no rule.
public struct RequestContext: Hashable, Sendable {
  /// Why.
  public var reason: String?
  /// The ref that the job runs for.
  public var ref: String?
  /// The commit.
  public var commit: String?
  /// Where the run can be looked at.
  public var runURL: String?
  /// The command that will get the secrets, as a list.
  public var command: [String]
  /// How the secrets will be handed over: `env`, `read`.
  public var delivery: String?
  /// A name for the job, by which a newer request of the same job is shown beside an older one.
  public var key: String?

  /// Makes a context; every part is optional.
  public init(
    reason: String? = nil, ref: String? = nil, commit: String? = nil, runURL: String? = nil,
    command: [String] = [], delivery: String? = nil, key: String? = nil
  ) {
    self.reason = reason
    self.ref = ref
    self.commit = commit
    self.runURL = runURL
    self.command = command
    self.delivery = delivery
    self.key = key
  }

  /// The longest text of one part, in bytes.
  public static let longestText = 4_096
  /// The most arguments of a command.
  public static let mostArguments = 256
  /// All arguments together, in bytes.
  public static let longestCommand = 16_384
}

/// Where a request stands.
public enum RequestState: Hashable, Sendable {
  /// The gate waits for something.
  case waiting
  /// The gate is satisfied; the requester may activate until the deadline. The place is what the queue of
  /// an exclusive environment is ordered by (``TurnQueue/Place``).
  case approved(until: Deadline, place: Int64)
  /// A grant is held.
  case active
  /// The grant ended.
  case closed(Outcome)
  /// A reviewer said no. Final.
  case rejected
  /// A clock ran out.
  case expired
  /// The requester, an admin, or nobody waiting any more, ended it.
  case cancelled
  /// Its maker made a newer one in its place.
  case superseded
  /// A reviewer, an admin, or the rotation of a leaked secret took the approval or the grant back.
  case revoked

  /// How a grant ended.
  public enum Outcome: String, Sendable, CaseIterable {
    /// The job says that it went well.
    case success
    /// The job says that it failed.
    case failure
    /// Nobody said anything; the connection ended.
    case abandoned
    /// A command that took its job's place is over; how it went only its parent knows.
    case ended
  }

  /// Whether the request can still lead to a release.
  public var isLive: Bool {
    switch self {
    case .waiting, .approved, .active: true
    case .closed, .rejected, .expired, .cancelled, .superseded, .revoked: false
    }
  }

  /// The word for it on the wire.
  public var text: String {
    switch self {
    case .waiting: "waiting"
    case .approved: "approved"
    case .active: "active"
    case .closed: "closed"
    case .rejected: "rejected"
    case .expired: "expired"
    case .cancelled: "cancelled"
    case .superseded: "superseded"
    case .revoked: "revoked"
    }
  }

  /// Every word for a state.
  public static let texts = [
    "waiting", "approved", "active", "closed", "rejected", "expired", "cancelled", "superseded",
    "revoked",
  ]
}
