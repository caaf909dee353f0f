package import SecretMemory

/// One call with its parameters: what a line asks for, checked as far as it can be checked without
/// knowing the vault. Each case says what answers it.
public indirect enum Call: Sendable {
  /// `server.status`: a ``StatusView``.
  case serverStatus
  /// `environment.create`: a ``EnvironmentView``.
  case environmentCreate(EnvironmentCreate)
  /// `environment.get`: a ``EnvironmentView``.
  case environmentGet(EnvironmentPlace)
  /// `environment.list`: pages of ``EnvironmentView``.
  case environmentList(EnvironmentList)
  /// `environment.update`: a ``EnvironmentChangedView``.
  case environmentUpdate(EnvironmentUpdate)
  /// `environment.delete`: a ``EnvironmentDeletedView``.
  case environmentDelete(EnvironmentPlace)
  /// `principal.get`: pages of ``PrincipalPlaceView``.
  case principalGet(PrincipalGet)
  /// `principal.remove`: a ``PrincipalRemovedView``.
  case principalRemove(PrincipalRemove)
  /// `secret.create`: a ``SecretCreatedView``.
  case secretCreate(SecretPlace)
  /// `secret.set`: a ``SecretSetView``.
  case secretSet(SecretSet)
  /// `secret.import`: a ``SecretImportOpenView``, and of its commit a ``SecretImportedView``.
  case secretImport(SecretImport)
  /// `secret.get`: a ``SecretValueView``.
  case secretGet(SecretGet)
  /// `secret.list`: pages of ``SecretView``.
  case secretList(NameList)
  /// `secret.versions`: pages of ``SecretVersionView``.
  case secretVersions(SecretVersions)
  /// `secret.disable`: a ``SecretChangedView``.
  case secretDisable(VersionPlace)
  /// `secret.enable`: a ``SecretChangedView``.
  case secretEnable(VersionPlace)
  /// `secret.destroy`: a ``SecretChangedView``.
  case secretDestroy(VersionPlace)
  /// `secret.rollback`: a ``SecretSetView``.
  case secretRollback(SecretRollback)
  /// `secret.delete`: a ``SecretDeletedView``.
  case secretDelete(SecretPlace)
  /// `variable.set`: a ``VariableView``.
  case variableSet(VariableSet)
  /// `variable.list`: pages of ``VariableView``.
  case variableList(NameList)
  /// `variable.delete`: a ``VariableDeletedView``.
  case variableDelete(SecretPlace)
  /// `request.create`: a ``RequestCreatedView``.
  case requestCreate(RequestCreate)
  /// `request.get`: a ``RequestView``.
  case requestGet(TicketedRequest)
  /// `request.list`: pages of ``RequestView``.
  case requestList(RequestList)
  /// `request.wait`: a ``RequestView``.
  case requestWait(RequestWait)
  /// `request.approve`: a ``RequestView``.
  case requestApprove(RequestApprove)
  /// `request.reject`: a ``RequestView``.
  case requestReject(RequestReject)
  /// `request.cancel`: a ``RequestView``.
  case requestCancel(TicketedRequest)
  /// `request.revoke`: a ``RequestView`` of the request that it names, else a ``RevokedView``.
  case requestRevoke(RequestRevoke)
  /// `grant.activate`: a ``RequestView``.
  case grantActivate(GrantActivate)
  /// `grant.read`: a ``GrantPageView``.
  case grantRead(GrantRead)
  /// `grant.close`: a ``RequestView``.
  case grantClose(GrantClose)
  /// `grant.resume`: a ``RequestView``.
  case grantResume(GrantResume)
  /// `grant.hold`: a ``RequestView``.
  case grantHold(GrantHold)
  /// `audit.list`: pages of ``AuditRecordView``.
  case auditList(AuditList)
  /// `audit.verify`: a ``AuditVerificationView``.
  case auditVerify
  /// `audit.key`: a ``AuditKeyView``.
  case auditKey
  /// `key.status`: pages of ``KeyView``.
  case keyStatus(KeyStatus)
  /// `key.rotate`: a ``KeyRotatedView``.
  case keyRotate(KeyRotate)
  /// `backup.open`: a ``BackupOpenedView``.
  case backupOpen
  /// `backup.read`: a ``BackupPageView``.
  case backupRead(BackupRead)
  /// `events.subscribe`: a ``SubscribedView``.
  case eventsSubscribe(EventsSubscribe)

  /// The value that it brings to be kept; nil where it brings none.
  package var value: SecretBuffer? {
    if case .secretSet(let call) = self { return call.value }
    if case .secretImport(let call) = self { return call.value }
    return nil
  }
}
