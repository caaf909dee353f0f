/// One call with its parameters: what a line asks for, checked as far as it can be checked without
/// knowing the vault.
public enum Call: Sendable {
  case serverStatus(ServerStatus)
  indirect case environmentCreate(EnvironmentCreate)
  case environmentGet(EnvironmentGet)
  case environmentList(EnvironmentList)
  case secretSet(SecretSet)
  case secretGet(SecretGet)
  case secretList(SecretList)
  indirect case requestCreate(RequestCreate)
  case requestGet(RequestGet)
  case requestList(RequestList)
  case requestWait(RequestWait)
  case requestApprove(RequestApprove)
  case requestReject(RequestReject)
  case grantActivate(GrantActivate)
  case grantRead(GrantRead)
  case grantClose(GrantClose)
  case auditList(AuditList)
  case auditVerify(AuditVerify)

  /// The method that is called.
  public var method: Method { type(of: parameters).method }

  init(_ method: Method, from reader: inout ParameterReader) throws {
    self =
      switch method {
      case .serverStatus: .serverStatus(try ServerStatus(from: &reader))
      case .environmentCreate: .environmentCreate(try EnvironmentCreate(from: &reader))
      case .environmentGet: .environmentGet(try EnvironmentGet(from: &reader))
      case .environmentList: .environmentList(try EnvironmentList(from: &reader))
      case .secretSet: .secretSet(try SecretSet(from: &reader))
      case .secretGet: .secretGet(try SecretGet(from: &reader))
      case .secretList: .secretList(try SecretList(from: &reader))
      case .requestCreate: .requestCreate(try RequestCreate(from: &reader))
      case .requestGet: .requestGet(try RequestGet(from: &reader))
      case .requestList: .requestList(try RequestList(from: &reader))
      case .requestWait: .requestWait(try RequestWait(from: &reader))
      case .requestApprove: .requestApprove(try RequestApprove(from: &reader))
      case .requestReject: .requestReject(try RequestReject(from: &reader))
      case .grantActivate: .grantActivate(try GrantActivate(from: &reader))
      case .grantRead: .grantRead(try GrantRead(from: &reader))
      case .grantClose: .grantClose(try GrantClose(from: &reader))
      case .auditList: .auditList(try AuditList(from: &reader))
      case .auditVerify: .auditVerify(try AuditVerify(from: &reader))
      }
  }

  var parameters: any CallParameters {
    switch self {
    case .serverStatus(let parameters): parameters
    case .environmentCreate(let parameters): parameters
    case .environmentGet(let parameters): parameters
    case .environmentList(let parameters): parameters
    case .secretSet(let parameters): parameters
    case .secretGet(let parameters): parameters
    case .secretList(let parameters): parameters
    case .requestCreate(let parameters): parameters
    case .requestGet(let parameters): parameters
    case .requestList(let parameters): parameters
    case .requestWait(let parameters): parameters
    case .requestApprove(let parameters): parameters
    case .requestReject(let parameters): parameters
    case .grantActivate(let parameters): parameters
    case .grantRead(let parameters): parameters
    case .grantClose(let parameters): parameters
    case .auditList(let parameters): parameters
    case .auditVerify(let parameters): parameters
    }
  }
}
