package import VaultCalls
import VaultCore

extension Action {
  /// The method that it is of; nil for what the vault does by itself.
  var method: Method? {
    switch self {
    case .status: .serverStatus
    case .createEnvironment: .environmentCreate
    case .updateEnvironment: .environmentUpdate
    case .deleteEnvironment: .environmentDelete
    case .getPrincipal: .principalGet
    case .removePrincipal: .principalRemove
    case .getEnvironment: .environmentGet
    case .listEnvironments: .environmentList
    case .setSecret: .secretSet
    case .createSecret: .secretCreate
    case .openImport, .putImport, .commitImport: .secretImport
    case .getSecret: .secretGet
    case .listSecrets: .secretList
    case .listVersions: .secretVersions
    case .changeVersion(_, _, _, .enabled): .secretEnable
    case .changeVersion(_, _, _, .disabled): .secretDisable
    case .changeVersion(_, _, _, .destroyed): .secretDestroy
    case .rollbackSecret: .secretRollback
    case .deleteSecret: .secretDelete
    case .setVariable: .variableSet
    case .listVariables: .variableList
    case .deleteVariable: .variableDelete
    case .createRequest: .requestCreate
    case .getRequest: .requestGet
    case .listRequests: .requestList
    case .observeRequest: .requestWait
    case .approve: .requestApprove
    case .reject: .requestReject
    case .cancelRequest: .requestCancel
    case .revokeRequest, .revokeAll: .requestRevoke
    case .activate: .grantActivate
    case .resumeGrant: .grantResume
    case .holdGrant: .grantHold
    case .followRequests: .eventsSubscribe
    case .readGrant: .grantRead
    case .closeGrant: .grantClose
    case .authorizeAudit: .auditList
    case .authorizeAdmin: .environmentCreate
    case .connectionEnded, .tick, .lifecycle, .reconfigure, .noteRefusals, .listReviewers,
      .recheckReviewer:
      nil
    }
  }

  /// The method's word, for the record.
  var name: String { method?.rawValue ?? "vault" }

  /// Its method's row; its own where it is the vault's, which no connection can submit, or the first trip of a call,
  /// which asks whether the caller may before anything else is found out.
  package var traits: Traits {
    var traits =
      switch self {
      case .authorizeAdmin: Traits(.administer, .reads)
      case .authorizeAudit: Traits(.audit, .reads)
      case .listReviewers: Traits(.nobody, .reads)
      case .recheckReviewer: Traits(.nobody, .changes)
      default: method?.traits ?? Traits(.nobody, .takesAway)
      }
    switch self {
    case .getSecret(_, _, _?, _): traits.permission = .use
    // A hundred rows of secrets.
    case .commitImport: traits.worth = 128
    case .revokeAll: traits.worth = 16
    default: break
    }
    return traits
  }
}
