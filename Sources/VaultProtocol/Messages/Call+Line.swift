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
    parameters?.write(to: &writer)
    writer.endObject()
    writer.endObject()
    writer.newline()
  }

  init(_ method: Method, from reader: inout MemberReader) throws {
    self =
      switch method {
      case .serverStatus: try reader.ended(.serverStatus)
      case .environmentCreate: .environmentCreate(try .init(from: &reader))
      case .environmentGet: .environmentGet(try .init(from: &reader))
      case .environmentList: .environmentList(try .init(from: &reader))
      case .environmentUpdate: .environmentUpdate(try .init(from: &reader))
      case .environmentDelete: .environmentDelete(try .init(from: &reader))
      case .principalGet: .principalGet(try .init(from: &reader))
      case .principalRemove: .principalRemove(try .init(from: &reader))
      case .secretCreate: .secretCreate(try .init(from: &reader))
      case .secretSet: .secretSet(try .init(from: &reader))
      case .secretImport: .secretImport(try .init(from: &reader))
      case .secretGet: .secretGet(try .init(from: &reader))
      case .secretList: .secretList(try .init(from: &reader))
      case .secretVersions: .secretVersions(try .init(from: &reader))
      case .secretDisable: .secretDisable(try .init(from: &reader))
      case .secretEnable: .secretEnable(try .init(from: &reader))
      case .secretDestroy: .secretDestroy(try .init(from: &reader))
      case .secretRollback: .secretRollback(try .init(from: &reader))
      case .secretDelete: .secretDelete(try .init(from: &reader))
      case .variableSet: .variableSet(try .init(from: &reader))
      case .variableList: .variableList(try .init(from: &reader))
      case .variableDelete: .variableDelete(try .init(from: &reader))
      case .requestCreate: .requestCreate(try .init(from: &reader))
      case .requestGet: .requestGet(try .init(from: &reader))
      case .requestList: .requestList(try .init(from: &reader))
      case .requestWait: .requestWait(try .init(from: &reader))
      case .requestApprove: .requestApprove(try .init(from: &reader))
      case .requestReject: .requestReject(try .init(from: &reader))
      case .requestCancel: .requestCancel(try .init(from: &reader))
      case .requestRevoke: .requestRevoke(try .init(from: &reader))
      case .grantActivate: .grantActivate(try .init(from: &reader))
      case .grantRead: .grantRead(try .init(from: &reader))
      case .grantClose: .grantClose(try .init(from: &reader))
      case .grantResume: .grantResume(try .init(from: &reader))
      case .grantHold: .grantHold(try .init(from: &reader))
      case .auditList: .auditList(try .init(from: &reader))
      case .auditVerify: try reader.ended(.auditVerify)
      case .auditKey: try reader.ended(.auditKey)
      case .keyStatus: .keyStatus(try .init(from: &reader))
      case .keyRotate: .keyRotate(try .init(from: &reader))
      case .backupOpen: try reader.ended(.backupOpen)
      case .backupRead: .backupRead(try .init(from: &reader))
      case .eventsSubscribe: .eventsSubscribe(try .init(from: &reader))
      }
  }

  /// Its parameters; nil where the method has none.
  var parameters: (any CallParameters)? {
    switch self {
    case .serverStatus, .auditVerify, .auditKey, .backupOpen: nil
    case .environmentCreate(let parameters): parameters
    case .environmentGet(let parameters), .environmentDelete(let parameters):
      parameters
    case .environmentList(let parameters): parameters
    case .environmentUpdate(let parameters): parameters
    case .principalGet(let parameters): parameters
    case .principalRemove(let parameters): parameters
    case .secretCreate(let parameters), .secretDelete(let parameters),
      .variableDelete(let parameters):
      parameters
    case .secretSet(let parameters): parameters
    case .secretImport(let parameters): parameters
    case .secretGet(let parameters): parameters
    case .secretList(let parameters), .variableList(let parameters):
      parameters
    case .secretVersions(let parameters): parameters
    case .secretDisable(let parameters), .secretEnable(let parameters),
      .secretDestroy(let parameters):
      parameters
    case .secretRollback(let parameters): parameters
    case .variableSet(let parameters): parameters
    case .requestCreate(let parameters): parameters
    case .requestGet(let parameters), .requestCancel(let parameters):
      parameters
    case .requestList(let parameters): parameters
    case .requestWait(let parameters): parameters
    case .requestApprove(let parameters): parameters
    case .requestReject(let parameters): parameters
    case .requestRevoke(let parameters): parameters
    case .grantActivate(let parameters): parameters
    case .grantRead(let parameters): parameters
    case .grantClose(let parameters): parameters
    case .grantResume(let parameters): parameters
    case .grantHold(let parameters): parameters
    case .auditList(let parameters): parameters
    case .keyStatus(let parameters): parameters
    case .keyRotate(let parameters): parameters
    case .backupRead(let parameters): parameters
    case .eventsSubscribe(let parameters): parameters
    }
  }
}
