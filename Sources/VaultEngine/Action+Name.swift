extension Action {
  /// The method's word, for the record.
  var name: String {
    switch self {
    case .status: "server.status"
    case .createEnvironment: "environment.create"
    case .getEnvironment: "environment.get"
    case .listEnvironments: "environment.list"
    case .setSecret: "secret.set"
    case .getSecret: "secret.get"
    case .listSecrets: "secret.list"
    case .createRequest: "request.create"
    case .getRequest: "request.get"
    case .listRequests: "request.list"
    case .observeRequest: "request.wait"
    case .approve: "request.approve"
    case .reject: "request.reject"
    case .activate: "grant.activate"
    case .readGrant: "grant.read"
    case .closeGrant: "grant.close"
    case .authorizeAudit: "audit.list"
    case .authorizeAdmin: "environment.create"
    case .connectionEnded, .tick, .lifecycle: "vault"
    }
  }

  /// Whether nothing is ever written for it but a record of its refusal.
  var isReadOnly: Bool {
    switch self {
    case .status, .getEnvironment, .listEnvironments, .listSecrets, .getRequest, .listRequests,
      .observeRequest, .authorizeAudit, .authorizeAdmin:
      true
    default: false
    }
  }

  /// Whether a value leaves by it.
  var isRelease: Bool {
    switch self {
    case .getSecret, .readGrant: true
    default: false
    }
  }
}
