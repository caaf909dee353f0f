public import VaultCore

extension Action {
  /// Its row of *Who may do what*. An action without one does not compile.
  public var permission: Permission {
    switch self {
    case .status: .everybody
    case .getEnvironment, .listEnvironments, .listSecrets, .listVersions, .listVariables: .see
    case .createEnvironment, .updateEnvironment, .deleteEnvironment, .getPrincipal,
      .removePrincipal, .createSecret, .authorizeAdmin:
      .administer
    case .setSecret, .openImport, .putImport, .commitImport, .changeVersion, .rollbackSecret,
      .deleteSecret, .setVariable, .deleteVariable:
      .write
    case .createRequest: .ask
    case .getSecret(_, _, let request, _): request == nil ? .ask : .use
    case .activate, .resumeGrant, .holdGrant, .readGrant, .closeGrant: .use
    case .cancelRequest: .withdraw
    case .getRequest, .listRequests, .observeRequest, .followRequests: .follow
    case .approve, .reject: .review
    case .revokeRequest, .revokeAll: .revoke
    case .authorizeAudit: .audit
    // The vault's own: no connection can submit them.
    case .connectionEnded, .tick, .lifecycle, .reconfigure, .noteRefusals, .listReviewers,
      .recheckReviewer:
      Permission.nobody
    }
  }
}
