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
