import VaultCore

extension Action {
  /// The one request that it is about.
  var request: Int64? {
    switch self {
    case .getSecret(_, _, let id, _): id
    case .getRequest(let id, _), .observeRequest(let id, _), .cancelRequest(let id, _),
      .revokeRequest(let id):
      id
    case .approve(let id, _, _), .reject(let id, _, _), .activate(let id, _, _, _),
      .holdGrant(let id, _, _), .readGrant(let id, _, _), .closeGrant(let id, _, _):
      id
    case .resumeGrant(let id, _): id
    case .createRequest(let wish): wish.supersedes?.request
    case .status, .createEnvironment, .getEnvironment, .listEnvironments, .updateEnvironment,
      .deleteEnvironment, .getPrincipal, .removePrincipal, .setSecret, .createSecret,
      .openImport, .putImport, .commitImport,
      .listSecrets, .listVersions, .changeVersion, .rollbackSecret, .deleteSecret, .setVariable,
      .listVariables,
      .deleteVariable, .listRequests, .revokeAll, .authorizeAudit, .noteRefusals, .authorizeAdmin,
      .followRequests, .reconfigure, .connectionEnded, .tick, .lifecycle, .listReviewers,
      .recheckReviewer:
      nil
    }
  }
}
