import VaultCore

extension Method {
  /// Its row. A method without one does not compile.
  package var traits: Traits {
    switch self {
    case .serverStatus: Traits(.everybody, .reads)

    case .environmentCreate:
      Traits(.administer, .changes, cost: .changeByLine, isAlone: true, way: .named)
    case .environmentGet: Traits(.see, .reads)
    case .environmentList: Traits(.see, .reads, weight: 10, worth: 16, isAlone: true)
    case .environmentUpdate:
      Traits(.administer, .changes, cost: .changeByLine, worth: 16, isAlone: true, way: .named)
    case .environmentDelete: Traits(.administer, .changes, cost: .change, worth: 16, isAlone: true)

    case .principalGet:
      Traits(.administer, .reads, weight: 10, worth: 16, isAlone: true, way: .named)
    case .principalRemove:
      Traits(.administer, .changes, cost: .change, worth: 16, isAlone: true, way: .named)

    case .secretCreate: Traits(.administer, .changes, cost: .change)
    case .secretSet: Traits(.write, .changes, cost: .change)
    case .secretImport: Traits(.write, .changes, cost: .change, hasEnd: true)
    case .secretGet: Traits(.ask, .releases, cost: .release)
    case .secretList: Traits(.see, .reads, weight: 10, worth: 16, isAlone: true)
    case .secretVersions: Traits(.see, .reads, weight: 10, worth: 16, isAlone: true)
    case .secretDisable: Traits(.write, .takesAway)
    case .secretEnable: Traits(.write, .changes, cost: .change)
    case .secretDestroy: Traits(.write, .takesAway, cost: .change, isAlone: true)
    case .secretRollback: Traits(.write, .changes, cost: .change)
    case .secretDelete: Traits(.write, .takesAway, cost: .change, isAlone: true)

    case .variableSet: Traits(.write, .changes, cost: .changeByLine, worth: 16)
    case .variableList: Traits(.see, .reads, weight: 10, worth: 16, isAlone: true)
    case .variableDelete: Traits(.write, .changes, cost: .change, worth: 16)

    case .requestCreate: Traits(.ask, .changes, cost: .changeByLine, hasEnd: true)
    case .requestGet: Traits(.follow, .reads, isAlone: true)
    case .requestList: Traits(.follow, .reads, weight: 10, worth: 16, isAlone: true)
    case .requestWait: Traits(.follow, .reads, isAlone: true, hasEnd: true)
    case .requestApprove: Traits(.review, .changes, isAlone: true)
    case .requestReject: Traits(.review, .takesAway)
    case .requestCancel: Traits(.withdraw, .takesAway)
    case .requestRevoke: Traits(.revoke, .takesAway)

    case .grantActivate: Traits(.use, .changes, isAlone: true, hasEnd: true)
    case .grantRead: Traits(.use, .releases, cost: .release, isAlone: true)
    case .grantClose: Traits(.use, .takesAway)
    case .grantResume: Traits(.use, .changes, hasEnd: true)
    case .grantHold: Traits(.use, .takesAway, isAlone: true, hasEnd: true)

    case .auditList: Traits(.audit, .reads, weight: 10, isAlone: true, way: .recorded)
    case .auditVerify: Traits(.audit, .reads, weight: 100, isAlone: true, way: .recorded)
    case .auditKey: Traits(.audit, .reads, isAlone: true, way: .recorded)
    case .keyStatus: Traits(.administer, .reads, weight: 10, worth: 16, isAlone: true)
    case .keyRotate: Traits(.administer, .changes, cost: .change, worth: 16, isAlone: true)
    case .backupOpen: Traits(.administer, .changes, weight: 100, isAlone: true, hasEnd: true)
    case .backupRead: Traits(.administer, .reads, weight: 10, isAlone: true, way: .copied)
    case .eventsSubscribe:
      Traits(.follow, .reads, weight: 10, worth: 16, isAlone: true, way: .followed)
    }
  }
}
