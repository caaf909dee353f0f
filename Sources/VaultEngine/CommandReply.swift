public import SecretMemory
public import VaultCalls
public import VaultCore

/// What a command came to. Replies leave `commit` only after the batch is durable.
public indirect enum CommandReply: Sendable {
  case refused(Refusal)
  /// Not an answer for the wire: the account database is to be asked first.
  case asks(AccountWish)
  case status(StatusAnswer)
  case environment(EnvironmentAnswer)
  case environments([EnvironmentAnswer], next: Int64?)
  /// What an edit changed, in words, and how many approved requests went back to waiting.
  case environmentChanged(EnvironmentAnswer, changes: [String], reset: Int)
  case environmentDeleted(EnvironmentDeletedView)
  case places([PrincipalPlaceView], next: Int64?)
  case principalRemoved(PrincipalRemovedView)
  case secretSet(SecretSetView)
  case secretCreated(SecretCreatedView)
  case importOpened(SecretImportOpenView)
  /// An import has become current; or was compared, and nothing was set.
  case imported(SecretImportedView)
  case secrets([SecretView], next: SecretName?)
  case versions([SecretVersionView], next: Int64?)
  case versionChanged(SecretChangedView)
  case secretDeleted(SecretDeletedView)
  case variable(Variable)
  case variables([Variable], next: SecretName?)
  case variableDeleted(VariableDeletedView)
  case secret(DurableRelease)
  case requestCreated(RequestAnswer, ticket: SecretBuffer)
  case request(RequestAnswer)
  /// Not an answer for the wire: the call waits for its turn, and the server submits it again when the
  /// request has changed.
  case queued(Turn)
  case requests([RequestAnswer], next: Int64?)
  case revoked(RevokedView)
  /// Those of the requests that were asked about that the caller may see, with their states.
  case followed([FollowedRequest])
  /// Whose approvals depend on the account database.
  case reviewers([UInt32])
  /// How far a slice has come; nil where it was the last one.
  case rechecked(next: Int64?)
  case grantPage(DurableRelease, next: SecretName?)
  case keys([KeyView], next: Int64?)
  case keyRotated(KeyRotatedView)
  /// Not an answer for the wire: with it the copy is made that is read from then on.
  case backupOpened(BackupWarrant)
  /// Done, and nothing to say.
  case done
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
  /// How much there is of what, once a second: with each ``Action/tick``.
  public var figures: VaultFigures?
}

/// The figures that the metrics show.
public struct VaultFigures: Hashable, Sendable {
  /// The requests that wait for approvals.
  public var waiting = 0
  /// The age of the oldest of them, in milliseconds; 0 where none waits.
  public var oldestWaiting: Int64 = 0
  /// The audit records.
  public var records: Int64 = 0
  /// How old the secrets of each environment are.
  public var secrets: [EnvironmentName: SecretAge] = [:]
  /// When the last backup was made, in milliseconds since the epoch; nil where none was.
  public var lastBackup: Int64?

  /// Makes those of an empty vault.
  public init() {}
}
