public import SecretMemory
public import VaultCore

/// What a command came to. Replies leave `commit` only after the batch is durable.
public enum CommandReply: Sendable {
  case refused(Refusal)
  /// Not an answer for the wire: the account database is to be asked first.
  case asks(AccountWish)
  case status(StatusAnswer)
  case environment(EnvironmentAnswer)
  case environments([EnvironmentAnswer], next: Int64?)
  /// What an edit changed, in words, and how many approved requests went back to waiting.
  case environmentChanged(EnvironmentAnswer, changes: [String], reset: Int)
  case environmentDeleted(EnvironmentDeletion)
  case places([PrincipalPlace], next: Int64?)
  case principalRemoved(PrincipalRemoval)
  case secretSet(SecretSetAnswer)
  case secretCreated(environment: String, name: SecretName)
  /// An import is open, and so many of its values have come.
  case importOpened(EnvironmentName, names: Int, staged: Int)
  /// An import has become current; or was compared, and nothing was set.
  case imported(EnvironmentName, isDryRun: Bool, [ImportedSecret])
  case secrets([SecretAnswer], next: SecretName?)
  case versions([VersionAnswer], next: Int64?)
  /// `isErased` of a destroyed one: whether its ciphertext has left the log too.
  case versionChanged(environment: String, SecretVersion, isErased: Bool?)
  case secretDeleted(environment: String, name: SecretName, versions: Int, isErased: Bool)
  case variable(Variable)
  case variables([Variable], next: SecretName?)
  case variableDeleted(environment: String, name: SecretName)
  case secret(DurableRelease)
  case requestCreated(RequestAnswer, ticket: SecretBuffer)
  case request(RequestAnswer)
  /// Not an answer for the wire: the call waits for its turn, and the server submits it again when the
  /// request has changed.
  case queued(Turn)
  case requests([RequestAnswer], next: Int64?)
  /// What was taken back, and whether there may be more.
  case revoked([Int64], more: Bool)
  /// Those of the requests that were asked about that the caller may see, with their states.
  case followed([FollowedRequest])
  /// Whose approvals depend on the account database.
  case reviewers([UInt32])
  /// How far a slice has come; nil where it was the last one.
  case rechecked(next: Int64?)
  case grantPage(DurableRelease, next: SecretName?)
  /// Done, and nothing to say.
  case done
}

/// Who the caller is to this vault.
public struct StatusAnswer: Sendable {
  /// The vault's id, 16 bytes.
  public let vault: [UInt8]
  /// The roles by configuration; nil while the account database does not answer.
  public let roles: Roles?
  /// The last record of the audit chain.
  public let auditSequence: Int64
  /// What is wrong with the disk; nil where nothing is.
  public let trouble: StorageTrouble?
  /// Set where the vault does not simply go by the host's clock.
  public let clock: ClockDoubt?
}

/// An environment as its caller may see it.
public struct EnvironmentAnswer: Sendable {
  /// The environment.
  public let environment: Environment
  /// The caller's roles in it, those of the configuration included.
  public let roles: Roles
  /// Where an edit has just protected it: the names that writers had made before.
  public var madeByWriters: [SecretName] = []
}

/// How much of a request somebody is told (`asker-alone`).
public enum RequestSight: Sendable {
  /// Its number, environment and state: for the other jobs of the account that made it.
  case number
  /// All that it says and what becomes of it: for its connection, and for whoever shows its ticket.
  case own
  /// That, and which other requests say the same: for whoever has a role around it.
  case whole
}

/// That nobody waits on a request which ends by itself then.
public struct RequestAbsence: Hashable, Sendable {
  /// Since when, in milliseconds since the epoch.
  public let since: Int64
  /// When that ends it, unless its job comes back.
  public let ends: Int64
}

/// A request with what is still missing.
public struct RequestAnswer: Sendable {
  /// The request.
  public let request: AccessRequest
  /// How much of it the caller is told.
  public let sight: RequestSight
  /// What the gate still waits for, judged on the reviews as they stand.
  public let unmet: [Unmet]
  /// Whether the requester is an account that many jobs share.
  public let byServiceAccount: Bool
  /// How far it is from its turn; nil where it is not approved, or its environment has no turns.
  public let turn: Turn?
  /// The newer request whose activation keeps this one from ever being activated.
  public let outdatedBy: Int64?
  /// Where it came from; nil where that is not known since a restart, or it has ended.
  public let origin: RequestOrigin?
  /// Which other requests say the same; empty for whoever is not told.
  public let likeness: RequestLikeness
  /// Whether what a job left behind keeps its environment taken, with nobody left who may read.
  public let isUnattended: Bool
  /// What its job would get that no approved request has held, while it waits.
  public let newNames: UnapprovedNames
  /// Its secrets whose pinned versions cannot be read, while it waits or is approved, and once it is cancelled.
  public let unusable: [UnusableSecret]
  /// The current versions of its secrets that are pinned to another one, while it waits or is approved.
  public let current: [SecretName: Int64]
  /// That nobody waits on it any more; nil where somebody does, or need not.
  public let absence: RequestAbsence?
  /// Secrets that a request for all does not ask for as it is made, since they have no version yet.
  public var leftOut: [SecretName] = []
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
}

/// What one batch came to.
public struct BatchOutcome: Sendable {
  /// One reply for each command, in order.
  public var replies: [CommandReply]
  /// The commands, by their place in the batch, whose reply above is none: the answer comes from
  /// ``VaultEngine/lateReplies(at:isLast:)``, under this token.
  public var deferred: [Int: UInt64] = [:]
  /// The requests that changed, for those who wait on them.
  public var changedRequests: [Int64]
  /// The chain's head, signed, where this batch signed it; for the journal.
  public var signature: ChainSignature?
  /// What is wrong with the disk; nil where nothing is.
  public var trouble: StorageTrouble?
  /// The store's own words for why the batch failed; for the log alone, since it may name a path.
  public var fault: String?
  /// Set where the vault does not simply go by the host's clock; for the log.
  public var clock: ClockDoubt?
}
