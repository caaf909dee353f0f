public import SecretMemory

/// One call with its parameters: what a line asks for, checked as far as it can be checked without
/// knowing the vault. Each case says what answers it.
public enum Call: Sendable {
  /// `server.status`: a ``StatusView``.
  case serverStatus(ServerStatus)
  /// `environment.create`: a ``EnvironmentView``.
  indirect case environmentCreate(EnvironmentCreate)
  /// `environment.get`: a ``EnvironmentView``.
  case environmentGet(EnvironmentGet)
  /// `environment.list`: pages of ``EnvironmentView``.
  case environmentList(EnvironmentList)
  /// `environment.update`: a ``EnvironmentChangedView``.
  indirect case environmentUpdate(EnvironmentUpdate)
  /// `environment.delete`: a ``EnvironmentDeletedView``.
  case environmentDelete(EnvironmentDelete)
  /// `principal.get`: pages of ``PrincipalPlaceView``.
  case principalGet(PrincipalGet)
  /// `principal.remove`: a ``PrincipalRemovedView``.
  case principalRemove(PrincipalRemove)
  /// `secret.create`: a ``SecretCreatedView``.
  case secretCreate(SecretCreate)
  /// `secret.set`: a ``SecretSetView``.
  case secretSet(SecretSet)
  /// `secret.import`: a ``SecretImportOpenView``, and of its commit a ``SecretImportedView``.
  case secretImport(SecretImport)
  /// `secret.get`: a ``SecretValueView``.
  case secretGet(SecretGet)
  /// `secret.list`: pages of ``SecretView``.
  case secretList(SecretList)
  /// `secret.versions`: pages of ``SecretVersionView``.
  case secretVersions(SecretVersions)
  /// `secret.disable`: a ``SecretChangedView``.
  case secretDisable(SecretDisable)
  /// `secret.enable`: a ``SecretChangedView``.
  case secretEnable(SecretEnable)
  /// `secret.destroy`: a ``SecretChangedView``.
  case secretDestroy(SecretDestroy)
  /// `secret.rollback`: a ``SecretSetView``.
  case secretRollback(SecretRollback)
  /// `secret.delete`: a ``SecretDeletedView``.
  case secretDelete(SecretDelete)
  /// `variable.set`: a ``VariableView``.
  case variableSet(VariableSet)
  /// `variable.list`: pages of ``VariableView``.
  case variableList(VariableList)
  /// `variable.delete`: a ``VariableDeletedView``.
  case variableDelete(VariableDelete)
  /// `request.create`: a ``RequestCreatedView``.
  indirect case requestCreate(RequestCreate)
  /// `request.get`: a ``RequestView``.
  case requestGet(RequestGet)
  /// `request.list`: pages of ``RequestView``.
  case requestList(RequestList)
  /// `request.wait`: a ``RequestView``.
  case requestWait(RequestWait)
  /// `request.approve`: a ``RequestView``.
  case requestApprove(RequestApprove)
  /// `request.reject`: a ``RequestView``.
  case requestReject(RequestReject)
  /// `request.cancel`: a ``RequestView``.
  case requestCancel(RequestCancel)
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
  case auditVerify(AuditVerify)
  /// `events.subscribe`: a ``SubscribedView``.
  case eventsSubscribe(EventsSubscribe)

  /// The value that it brings to be kept; nil where it brings none.
  public var value: SecretBuffer? {
    if case .secretSet(let call) = self { return call.value }
    if case .secretImport(let call) = self { return call.value }
    return nil
  }

  /// The method that is called.
  public var method: Method {
    switch self {
    case .serverStatus: .serverStatus
    case .environmentCreate: .environmentCreate
    case .environmentGet: .environmentGet
    case .environmentList: .environmentList
    case .environmentUpdate: .environmentUpdate
    case .environmentDelete: .environmentDelete
    case .principalGet: .principalGet
    case .principalRemove: .principalRemove
    case .secretCreate: .secretCreate
    case .secretSet: .secretSet
    case .secretImport: .secretImport
    case .secretGet: .secretGet
    case .secretList: .secretList
    case .secretVersions: .secretVersions
    case .secretDisable: .secretDisable
    case .secretEnable: .secretEnable
    case .secretDestroy: .secretDestroy
    case .secretRollback: .secretRollback
    case .secretDelete: .secretDelete
    case .variableSet: .variableSet
    case .variableList: .variableList
    case .variableDelete: .variableDelete
    case .requestCreate: .requestCreate
    case .requestGet: .requestGet
    case .requestList: .requestList
    case .requestWait: .requestWait
    case .requestApprove: .requestApprove
    case .requestReject: .requestReject
    case .requestCancel: .requestCancel
    case .requestRevoke: .requestRevoke
    case .grantActivate: .grantActivate
    case .grantRead: .grantRead
    case .grantClose: .grantClose
    case .grantResume: .grantResume
    case .grantHold: .grantHold
    case .auditList: .auditList
    case .auditVerify: .auditVerify
    case .eventsSubscribe: .eventsSubscribe
    }
  }

  init(_ method: Method, from reader: inout ParameterReader) throws {
    self =
      switch method {
      case .serverStatus: .serverStatus(try ServerStatus(from: &reader))
      case .environmentCreate: .environmentCreate(try EnvironmentCreate(from: &reader))
      case .environmentGet: .environmentGet(try EnvironmentGet(from: &reader))
      case .environmentList: .environmentList(try EnvironmentList(from: &reader))
      case .environmentUpdate: .environmentUpdate(try EnvironmentUpdate(from: &reader))
      case .environmentDelete: .environmentDelete(try EnvironmentDelete(from: &reader))
      case .principalGet: .principalGet(try PrincipalGet(from: &reader))
      case .principalRemove: .principalRemove(try PrincipalRemove(from: &reader))
      case .secretCreate: .secretCreate(try SecretCreate(from: &reader))
      case .secretSet: .secretSet(try SecretSet(from: &reader))
      case .secretImport: .secretImport(try SecretImport(from: &reader))
      case .secretGet: .secretGet(try SecretGet(from: &reader))
      case .secretList: .secretList(try SecretList(from: &reader))
      case .secretVersions: .secretVersions(try SecretVersions(from: &reader))
      case .secretDisable: .secretDisable(try SecretDisable(from: &reader))
      case .secretEnable: .secretEnable(try SecretEnable(from: &reader))
      case .secretDestroy: .secretDestroy(try SecretDestroy(from: &reader))
      case .secretRollback: .secretRollback(try SecretRollback(from: &reader))
      case .secretDelete: .secretDelete(try SecretDelete(from: &reader))
      case .variableSet: .variableSet(try VariableSet(from: &reader))
      case .variableList: .variableList(try VariableList(from: &reader))
      case .variableDelete: .variableDelete(try VariableDelete(from: &reader))
      case .requestCreate: .requestCreate(try RequestCreate(from: &reader))
      case .requestGet: .requestGet(try RequestGet(from: &reader))
      case .requestList: .requestList(try RequestList(from: &reader))
      case .requestWait: .requestWait(try RequestWait(from: &reader))
      case .requestApprove: .requestApprove(try RequestApprove(from: &reader))
      case .requestReject: .requestReject(try RequestReject(from: &reader))
      case .requestCancel: .requestCancel(try RequestCancel(from: &reader))
      case .requestRevoke: .requestRevoke(try RequestRevoke(from: &reader))
      case .grantActivate: .grantActivate(try GrantActivate(from: &reader))
      case .grantRead: .grantRead(try GrantRead(from: &reader))
      case .grantClose: .grantClose(try GrantClose(from: &reader))
      case .grantResume: .grantResume(try GrantResume(from: &reader))
      case .grantHold: .grantHold(try GrantHold(from: &reader))
      case .auditList: .auditList(try AuditList(from: &reader))
      case .auditVerify: .auditVerify(try AuditVerify(from: &reader))
      case .eventsSubscribe: .eventsSubscribe(try EventsSubscribe(from: &reader))
      }
  }

  var parameters: any CallParameters {
    switch self {
    case .serverStatus(let parameters): parameters
    case .environmentCreate(let parameters): parameters
    case .environmentGet(let parameters): parameters
    case .environmentList(let parameters): parameters
    case .environmentUpdate(let parameters): parameters
    case .environmentDelete(let parameters): parameters
    case .principalGet(let parameters): parameters
    case .principalRemove(let parameters): parameters
    case .secretCreate(let parameters): parameters
    case .secretSet(let parameters): parameters
    case .secretImport(let parameters): parameters
    case .secretGet(let parameters): parameters
    case .secretList(let parameters): parameters
    case .secretVersions(let parameters): parameters
    case .secretDisable(let parameters): parameters
    case .secretEnable(let parameters): parameters
    case .secretDestroy(let parameters): parameters
    case .secretRollback(let parameters): parameters
    case .secretDelete(let parameters): parameters
    case .variableSet(let parameters): parameters
    case .variableList(let parameters): parameters
    case .variableDelete(let parameters): parameters
    case .requestCreate(let parameters): parameters
    case .requestGet(let parameters): parameters
    case .requestList(let parameters): parameters
    case .requestWait(let parameters): parameters
    case .requestApprove(let parameters): parameters
    case .requestReject(let parameters): parameters
    case .requestCancel(let parameters): parameters
    case .requestRevoke(let parameters): parameters
    case .grantActivate(let parameters): parameters
    case .grantRead(let parameters): parameters
    case .grantClose(let parameters): parameters
    case .grantResume(let parameters): parameters
    case .grantHold(let parameters): parameters
    case .auditList(let parameters): parameters
    case .auditVerify(let parameters): parameters
    case .eventsSubscribe(let parameters): parameters
    }
  }
}
