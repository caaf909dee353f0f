public import StrictJSON
public import VaultCalls

extension Call {
  /// Writes the line that makes this call, its newline included.
  public func writeLine(id: MessageID, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("jsonrpc", "2.0")
    writer.key("id")
    id.write(to: &writer)
    writer.member("method", method.rawValue)
    writer.key("params")
    writer.beginObject()
    parameters.write(to: &writer)
    writer.endObject()
    writer.endObject()
    writer.newline()
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
