public import VaultCore

/// How much of a request somebody is told (`asker-alone`).
public enum RequestSight: Sendable {
  /// Its number, environment and state: for the other jobs of the account that made it.
  case number
  /// All that it says and what becomes of it: for its connection, and for whoever shows its ticket.
  case own
  /// That, and which other requests say the same: for whoever has a role around it.
  case whole
}

/// That nobody waits on a request, which ends by itself unless its job comes back.
public struct AbsenceView: Hashable, Sendable {
  /// Since when, in milliseconds since the epoch.
  public let since: Int64
  /// When that ends it.
  public let ends: Int64

  /// Makes the view.
  public init(since: Int64, ends: Int64) {
    self.since = since
    self.ends = ends
  }
}

/// A request with what is still missing.
public struct RequestAnswer: Sendable {
  /// The request.
  public let request: AccessRequest
  /// How much of it the caller is told.
  public let sight: RequestSight
  /// What the gate still waits for, judged on the reviews as they stand.
  public package(set) var unmet: [Unmet] = []
  /// Whether the requester is an account that many jobs share.
  public package(set) var byServiceAccount = false
  /// How far it is from its turn; nil where it is not approved, or its environment has no turns.
  public package(set) var turn: Turn?
  /// The newer request whose activation keeps this one from ever being activated.
  public package(set) var outdatedBy: Int64?
  /// Where it came from; nil where that is not known since a restart, or it has ended.
  public package(set) var origin: RequestOrigin?
  /// Which other requests say the same; empty for whoever is not told.
  public package(set) var likeness = RequestLikeness()
  /// Whether what a job left behind keeps its environment taken, with nobody left who may read.
  public package(set) var isUnattended = false
  /// What its job would get that no approved request has held, while it waits.
  public package(set) var newNames = UnapprovedNames()
  /// Its secrets whose pinned versions cannot be read, while it waits or is approved, and once it is cancelled.
  public package(set) var unusable: [UnusableSecret] = []
  /// The current versions of its secrets that are pinned to another one, while it waits or is approved.
  public package(set) var current: [SecretName: Int64] = [:]
  /// That nobody waits on it any more; nil where somebody does, or need not.
  public package(set) var absence: AbsenceView?
  /// Secrets that a request for all does not ask for as it is made, since they have no version yet.
  public package(set) var leftOut: [SecretName] = []

  package init(_ request: AccessRequest, _ sight: RequestSight) {
    self.request = request
    self.sight = sight
  }
}

/// A request that somebody follows.
public struct FollowedRequest: Sendable {
  /// Its number.
  public let id: Int64
  /// Its environment's name.
  public let environment: EnvironmentName
  /// Where it stands now.
  public let state: RequestState
  /// Whether the caller is told more than that.
  public let isWhole: Bool

  package init(id: Int64, environment: EnvironmentName, state: RequestState, isWhole: Bool) {
    self.id = id
    self.environment = environment
    self.state = state
    self.isWhole = isWhole
  }
}

/// What `request.revoke` of all answers.
public struct RevokedView: Hashable, Sendable {
  /// The requests whose approval or grant was taken back.
  public let revoked: [Int64]
  /// Whether there may be more; the call is to be made again.
  public let more: Bool

  /// Makes the view.
  public init(revoked: [Int64], more: Bool) {
    self.revoked = revoked
    self.more = more
  }
}
