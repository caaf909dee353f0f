/// What happened, in one word that never changes its meaning.
public enum AuditEvent: String, Sendable, CaseIterable {
  /// Record 1: the vault was created.
  case vaultCreated = "vault.created"
  case serverStarted = "server.started"
  case serverStopped = "server.stopped"
  /// Who has a standing role, or what the limits are, was read anew.
  case configurationReloaded = "configuration.reloaded"
  case environmentCreated = "environment.created"
  case environmentChanged = "environment.changed"
  case environmentDeleted = "environment.deleted"
  case principalRemoved = "principal.removed"
  /// An admin made a name without a version.
  case secretCreated = "secret.created"
  case secretSet = "secret.set"
  /// A writer was told that values of an import are the current ones, or are not.
  case secretCompared = "secret.compared"
  case secretDisabled = "secret.disabled"
  case secretEnabled = "secret.enabled"
  case secretDestroyed = "secret.destroyed"
  case secretRolledBack = "secret.rolled_back"
  case secretDeleted = "secret.deleted"
  case variableSet = "variable.set"
  case variableDeleted = "variable.deleted"
  /// Secrets may have left the vault. Durable before the first byte leaves (`audit-before-release`).
  case secretReleased = "secret.released"
  /// What a release promised did not open afterwards.
  case releaseFailed = "release.failed"
  case requestCreated = "request.created"
  case requestApproved = "request.approved"
  case requestRejected = "request.rejected"
  case requestExpired = "request.expired"
  case requestCancelled = "request.cancelled"
  case requestSuperseded = "request.superseded"
  case requestRevoked = "request.revoked"
  /// An edit of its gate, or of who counts, sent it back to waiting.
  case requestReset = "request.reset"
  /// The account of somebody who approved has left: what they said does not count for now.
  case approvalLost = "approval.lost"
  /// It is back as it was, and counts again.
  case approvalRestored = "approval.restored"
  case grantActivated = "grant.activated"
  /// Its job came back after a restart of the daemon.
  case grantResumed = "grant.resumed"
  /// Its connection is gone and what the job left behind still holds the environment.
  case grantUnattended = "grant.unattended"
  case grantClosed = "grant.closed"
  /// A wall clock that differed was adopted, and everything that ends by it may have ended.
  case clockAdopted = "clock.adopted"
  /// Root has said that the clock is right: whatever was live has ended.
  case clockReset = "clock.reset"
  /// An environment has a new key; its records are being sealed under it.
  case keyRotated = "key.rotated"
  /// No record is under an older key of the environment, and those are deleted.
  case keyRetired = "key.retired"
  /// Every key is being wrapped under a new root key, beside the old one.
  case rootKeyRotated = "root_key.rotated"
  /// The daemon has started with the new root key; the old one opens nothing any more.
  case rootKeyReplaced = "root_key.replaced"
  /// There is a recovery key, and a new backup key.
  case recoveryKeyCreated = "recovery_key.created"
  /// The same, in place of an older one, which opens no later backup.
  case recoveryKeyReplaced = "recovery_key.replaced"
  /// The vault goes on from a backup; what was later than that is lost.
  case vaultRestored = "vault.restored"
  /// An admin has looked at a gate that came back with a backup: it counts again.
  case environmentConfirmed = "environment.confirmed"
  /// An admin is about to get a backup.
  case backupOpened = "backup.opened"
  /// A backup was handed out to its last byte.
  case backupDone = "backup.done"
  /// Somebody was refused; repeated ones are counted for a minute.
  case refused = "access.refused"
  /// A sealed row did not verify.
  case tampered = "storage.tampered"

  /// Whether it says that a request is no longer where it was, which who follows it wants to know.
  public var movesRequest: Bool {
    switch self {
    case .requestCreated, .requestApproved, .requestRejected, .requestExpired, .requestCancelled,
      .requestSuperseded, .requestRevoked, .requestReset, .approvalLost, .approvalRestored,
      .grantActivated, .grantResumed, .grantUnattended, .grantClosed:
      true
    default: false
    }
  }
}
