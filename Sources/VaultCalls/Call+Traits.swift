package import SecretMemory
package import VaultCore

/// What depends on a call, and not on its method alone.
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

  /// The one request that it is about; nil for a call that is about none, or many.
  package var request: Int64? { concern.request }

  /// The ticket that it shows, which must reach nobody but the vault; nil where none is there.
  package var ticket: SecretBuffer? { concern.ticket }

  private var concern: (request: Int64?, ticket: SecretBuffer?) {
    switch self {
    case .secretGet(let call): (call.request, call.ticket)
    case .requestCreate(let call): (call.supersede?.request, call.supersede?.ticket)
    case .requestGet(let call): (call.request, call.ticket)
    case .requestWait(let call): (call.request, call.ticket)
    case .requestApprove(let call): (call.request, nil)
    case .requestReject(let call): (call.request, nil)
    case .requestCancel(let call): (call.request, call.ticket)
    case .requestRevoke(let call): (call.target.request, nil)
    case .grantActivate(let call): (call.request, call.ticket)
    case .grantRead(let call): (call.request, call.ticket)
    case .grantClose(let call): (call.request, call.ticket)
    case .grantResume(let call): (call.request, call.ticket)
    case .grantHold(let call): (call.request, call.ticket)
    case .serverStatus, .environmentCreate, .environmentGet, .environmentList, .environmentUpdate,
      .environmentDelete, .principalGet, .principalRemove, .secretCreate, .secretSet, .secretImport,
      .secretList, .secretVersions, .secretDisable, .secretEnable, .secretDestroy, .secretRollback,
      .secretDelete, .variableSet, .variableList, .variableDelete, .requestList, .auditList,
      .auditVerify, .eventsSubscribe:
      (nil, nil)
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

extension RequestRevoke.Target {
  fileprivate var request: Int64? { if case .request(let id) = self { id } else { nil } }
}
