import VaultCore

extension Action {
  /// The method's word, for the record.
  var name: String {
    switch self {
    case .status: "server.status"
    case .createEnvironment: "environment.create"
    case .updateEnvironment: "environment.update"
    case .deleteEnvironment: "environment.delete"
    case .getPrincipal: "principal.get"
    case .removePrincipal: "principal.remove"
    case .getEnvironment: "environment.get"
    case .listEnvironments: "environment.list"
    case .setSecret: "secret.set"
    case .createSecret: "secret.create"
    case .openImport, .putImport, .commitImport: "secret.import"
    case .getSecret: "secret.get"
    case .listSecrets: "secret.list"
    case .listVersions: "secret.versions"
    case .changeVersion(_, _, _, .enabled): "secret.enable"
    case .changeVersion(_, _, _, .disabled): "secret.disable"
    case .changeVersion(_, _, _, .destroyed): "secret.destroy"
    case .rollbackSecret: "secret.rollback"
    case .deleteSecret: "secret.delete"
    case .setVariable: "variable.set"
    case .listVariables: "variable.list"
    case .deleteVariable: "variable.delete"
    case .createRequest: "request.create"
    case .getRequest: "request.get"
    case .listRequests: "request.list"
    case .observeRequest: "request.wait"
    case .approve: "request.approve"
    case .reject: "request.reject"
    case .cancelRequest: "request.cancel"
    case .revokeRequest, .revokeAll: "request.revoke"
    case .activate: "grant.activate"
    case .resumeGrant: "grant.resume"
    case .holdGrant: "grant.hold"
    case .followRequests: "events.subscribe"
    case .readGrant: "grant.read"
    case .closeGrant: "grant.close"
    case .authorizeAudit: "audit.list"
    case .authorizeAdmin: "environment.create"
    case .connectionEnded, .tick, .lifecycle, .reconfigure, .noteRefusals, .listReviewers,
      .recheckReviewer:
      "vault"
    }
  }

  /// Whether nothing is ever written for it but a record of its refusal.
  var isReadOnly: Bool {
    switch self {
    case .status, .getEnvironment, .listEnvironments, .listSecrets, .listVersions, .listVariables,
      .getPrincipal, .getRequest, .listRequests, .observeRequest, .authorizeAudit, .authorizeAdmin,
      .followRequests, .listReviewers:
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
