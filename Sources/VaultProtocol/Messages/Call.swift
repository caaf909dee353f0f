/// One call with its parameters: what a line asks for, checked as far as it can be checked without
/// knowing the vault.
public enum Call: Sendable {
  case serverStatus(ServerStatus)
  indirect case environmentCreate(EnvironmentCreate)
  case environmentGet(EnvironmentGet)
  case environmentList(EnvironmentList)
  indirect case environmentUpdate(EnvironmentUpdate)
  case environmentDelete(EnvironmentDelete)
  case principalGet(PrincipalGet)
  case principalRemove(PrincipalRemove)
  case secretSet(SecretSet)
  case secretGet(SecretGet)
  case secretList(SecretList)
  case secretVersions(SecretVersions)
  case secretDisable(SecretDisable)
  case secretEnable(SecretEnable)
  case secretDestroy(SecretDestroy)
  case secretRollback(SecretRollback)
  case secretDelete(SecretDelete)
  case variableSet(VariableSet)
  case variableList(VariableList)
  case variableDelete(VariableDelete)
  indirect case requestCreate(RequestCreate)
  case requestGet(RequestGet)
  case requestList(RequestList)
  case requestWait(RequestWait)
  case requestApprove(RequestApprove)
  case requestReject(RequestReject)
  case requestCancel(RequestCancel)
  case requestRevoke(RequestRevoke)
  case grantActivate(GrantActivate)
  case grantRead(GrantRead)
  case grantClose(GrantClose)
  case grantResume(GrantResume)
  case grantHold(GrantHold)
  case auditList(AuditList)
  case auditVerify(AuditVerify)
  case eventsSubscribe(EventsSubscribe)

  /// The method that is called.
  public var method: Method { type(of: parameters).method }

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
      case .secretSet: .secretSet(try SecretSet(from: &reader))
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
    case .secretSet(let parameters): parameters
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
