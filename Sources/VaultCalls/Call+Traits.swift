package import SecretMemory
package import VaultCore

/// What a call says, beside its method's row.
extension Call {
  /// Its method's row, with what its parameters make of it.
  package var traits: Traits {
    var traits = method.traits
    if case .secretGet(let call) = self, call.request != nil { traits.permission = .use }
    // A hundred rows of secrets.
    if case .secretImport(let call) = self, case .commit = call.step { traits.worth = 128 }
    if case .requestRevoke(let call) = self, case .all = call.target { traits.worth = 16 }
    return traits
  }

  /// The method that is called.
  public var method: Method { row.method }

  /// The one request that it is about; nil for a call that is about none, or many.
  package var request: Int64? { row.request }

  /// The ticket that it shows, which must reach nobody but the vault; nil where none is there.
  package var ticket: SecretBuffer? { row.ticket }

  private var row: (method: Method, request: Int64?, ticket: SecretBuffer?) {
    switch self {
    case .serverStatus: (.serverStatus, nil, nil)
    case .environmentCreate: (.environmentCreate, nil, nil)
    case .environmentGet: (.environmentGet, nil, nil)
    case .environmentList: (.environmentList, nil, nil)
    case .environmentUpdate: (.environmentUpdate, nil, nil)
    case .environmentDelete: (.environmentDelete, nil, nil)
    case .principalGet: (.principalGet, nil, nil)
    case .principalRemove: (.principalRemove, nil, nil)
    case .secretCreate: (.secretCreate, nil, nil)
    case .secretSet: (.secretSet, nil, nil)
    case .secretImport: (.secretImport, nil, nil)
    case .secretGet(let call): (.secretGet, call.request, call.ticket)
    case .secretList: (.secretList, nil, nil)
    case .secretVersions: (.secretVersions, nil, nil)
    case .secretDisable: (.secretDisable, nil, nil)
    case .secretEnable: (.secretEnable, nil, nil)
    case .secretDestroy: (.secretDestroy, nil, nil)
    case .secretRollback: (.secretRollback, nil, nil)
    case .secretDelete: (.secretDelete, nil, nil)
    case .variableSet: (.variableSet, nil, nil)
    case .variableList: (.variableList, nil, nil)
    case .variableDelete: (.variableDelete, nil, nil)
    case .requestCreate(let call): (.requestCreate, call.supersede?.request, call.supersede?.ticket)
    case .requestGet(let call): (.requestGet, call.request, call.ticket)
    case .requestList: (.requestList, nil, nil)
    case .requestWait(let call): (.requestWait, call.request, call.ticket)
    case .requestApprove(let call): (.requestApprove, call.request, nil)
    case .requestReject(let call): (.requestReject, call.request, nil)
    case .requestCancel(let call): (.requestCancel, call.request, call.ticket)
    case .requestRevoke(let call): (.requestRevoke, call.target.request, nil)
    case .grantActivate(let call): (.grantActivate, call.request, call.ticket)
    case .grantRead(let call): (.grantRead, call.request, call.ticket)
    case .grantClose(let call): (.grantClose, call.request, call.ticket)
    case .grantResume(let call): (.grantResume, call.request, call.ticket)
    case .grantHold(let call): (.grantHold, call.request, call.ticket)
    case .auditList: (.auditList, nil, nil)
    case .auditVerify: (.auditVerify, nil, nil)
    case .auditKey: (.auditKey, nil, nil)
    case .keyStatus: (.keyStatus, nil, nil)
    case .keyRotate: (.keyRotate, nil, nil)
    case .backupOpen: (.backupOpen, nil, nil)
    case .backupRead: (.backupRead, nil, nil)
    case .eventsSubscribe: (.eventsSubscribe, nil, nil)
    }
  }

  /// The request on which it may be parked until that changes; nil for a call that never is.
  package var parksOn: Int64? {
    if case .requestWait(let call) = self { return call.request }
    if case .grantActivate(let call) = self, call.waits { return call.request }
    return nil
  }

  /// Whether the grant that it answers lives by the caller's connection.
  package var holdsGrant: Bool {
    if case .grantActivate(let call) = self { return call.hold == .connection }
    if case .grantResume = self { return true }
    return false
  }

  /// The principals to be looked up before it is decided.
  package struct Named: Sendable {
    /// In the order in which the decision takes them.
    package let names: [PrincipalName]
    /// Whether the call is also about somebody who is gone: then there are no principals.
    package var mayBeUnknown = false
  }

  /// Whom it names, where its method's way is ``Traits/Way/named``; nobody else's.
  package var named: Named {
    if case .environmentCreate(let call) = self { return Named(names: call.principalNames) }
    if case .environmentUpdate(let call) = self { return Named(names: call.principalNames) }
    if case .principalGet(let call) = self {
      return Named(names: [call.principal], mayBeUnknown: true)
    }
    if case .principalRemove(let call) = self {
      return Named(names: [call.principal], mayBeUnknown: true)
    }
    return Named(names: [])
  }
}
