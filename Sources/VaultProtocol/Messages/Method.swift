public import StrictJSON

/// What can be asked of the daemon: a closed set, `noun.verb`.
public enum Method: String, Sendable, CaseIterable {
  case serverStatus = "server.status"
  case environmentCreate = "environment.create"
  case environmentGet = "environment.get"
  case environmentList = "environment.list"
  case environmentUpdate = "environment.update"
  case environmentDelete = "environment.delete"
  case principalGet = "principal.get"
  case principalRemove = "principal.remove"
  case secretCreate = "secret.create"
  case secretSet = "secret.set"
  case secretImport = "secret.import"
  case secretGet = "secret.get"
  case secretList = "secret.list"
  case secretVersions = "secret.versions"
  case secretDisable = "secret.disable"
  case secretEnable = "secret.enable"
  case secretDestroy = "secret.destroy"
  case secretRollback = "secret.rollback"
  case secretDelete = "secret.delete"
  case variableSet = "variable.set"
  case variableList = "variable.list"
  case variableDelete = "variable.delete"
  case requestCreate = "request.create"
  case requestGet = "request.get"
  case requestList = "request.list"
  case requestWait = "request.wait"
  case requestApprove = "request.approve"
  case requestReject = "request.reject"
  case requestCancel = "request.cancel"
  case requestRevoke = "request.revoke"
  case grantActivate = "grant.activate"
  case grantRead = "grant.read"
  case grantClose = "grant.close"
  case grantResume = "grant.resume"
  case grantHold = "grant.hold"
  case auditList = "audit.list"
  case auditVerify = "audit.verify"
  case eventsSubscribe = "events.subscribe"

  /// Reads a method's name without making a string of it; nil where it names none.
  public init?(_ value: JSONValue) {
    for (name, method) in Self.byFrequency where value.equalsASCII(name) {
      self = method
      return
    }
    return nil
  }

  /// What jobs send thousands of times stands first: the table is searched from its beginning.
  private static let byFrequency: [(StaticString, Method)] = [
    ("secret.get", .secretGet), ("grant.read", .grantRead), ("grant.activate", .grantActivate),
    ("grant.close", .grantClose), ("request.create", .requestCreate),
    ("request.wait", .requestWait), ("secret.set", .secretSet), ("request.get", .requestGet),
    ("request.approve", .requestApprove), ("request.reject", .requestReject),
    ("request.list", .requestList), ("secret.list", .secretList),
    ("environment.get", .environmentGet), ("environment.list", .environmentList),
    ("environment.create", .environmentCreate), ("server.status", .serverStatus),
    ("audit.list", .auditList), ("audit.verify", .auditVerify),
    ("environment.update", .environmentUpdate), ("environment.delete", .environmentDelete),
    ("secret.create", .secretCreate), ("secret.import", .secretImport),
    ("principal.get", .principalGet), ("principal.remove", .principalRemove),
    ("secret.versions", .secretVersions), ("secret.disable", .secretDisable),
    ("secret.enable", .secretEnable), ("secret.destroy", .secretDestroy),
    ("secret.rollback", .secretRollback), ("secret.delete", .secretDelete),
    ("variable.set", .variableSet), ("variable.list", .variableList),
    ("variable.delete", .variableDelete), ("request.cancel", .requestCancel),
    ("request.revoke", .requestRevoke), ("grant.resume", .grantResume), ("grant.hold", .grantHold),
    ("events.subscribe", .eventsSubscribe),
  ]
}
