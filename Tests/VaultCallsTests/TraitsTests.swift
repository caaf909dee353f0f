import Testing
import VaultCore

@testable import VaultCalls

/// What the rows of the methods must not contradict, whoever adds one.
@Suite struct `The row of each method` {
  @Test(arguments: Method.allCases)
  func `what leaves nothing behind costs nothing, and what releases costs a release`(
    method: Method
  ) {
    let traits = method.traits
    switch traits.effect {
    case .reads: #expect(traits.cost == .nothing)
    case .releases: #expect(traits.cost == .release)
    case .changes, .takesAway: #expect(traits.cost != .release)
    }
  }

  @Test func `taking rights away needs no room and no part, but where rows go with it`() {
    let taking = Method.allCases.filter { $0.traits.effect == .takesAway }
    #expect(
      Set(taking) == [
        .secretDisable, .secretDestroy, .secretDelete, .requestReject, .requestCancel,
        .requestRevoke, .grantClose, .grantHold,
      ])
    #expect(
      Set(taking.filter { $0.traits.cost != .nothing }) == [.secretDestroy, .secretDelete])
  }

  @Test func `one-door: a value leaves by two methods, and somebody who may ask calls them`() {
    let releasing = Method.allCases.filter { $0.traits.isRelease }
    #expect(releasing == [.secretGet, .grantRead])
    #expect(releasing.map(\.traits.permission) == [.ask, .use])
  }

  @Test func `no method is nobody's, and only status is everybody's`() {
    #expect(Method.allCases.filter { $0.traits.permission == .nobody } == [])
    #expect(Method.allCases.filter { $0.traits.permission.everyone } == [.serverStatus])
  }

  /// What each column says, once more, by those that it says something of.
  static let columns: [(String, @Sendable (Traits) -> Bool, Set<Method>)] = [
    (
      "costs a change", { $0.cost == .change },
      [
        .environmentDelete, .principalRemove, .secretCreate, .secretSet, .secretImport,
        .secretEnable, .secretDestroy, .secretRollback, .secretDelete, .variableDelete,
        .keyRotate,
      ]
    ),
    (
      "costs by its line", { $0.cost == .changeByLine },
      [.environmentCreate, .environmentUpdate, .requestCreate, .variableSet]
    ),
    (
      "takes the time of ten", { $0.weight == 10 },
      [
        .environmentList, .principalGet, .secretList, .secretVersions, .variableList, .requestList,
        .auditList, .keyStatus, .backupRead, .eventsSubscribe,
      ]
    ),
    ("takes the time of a hundred", { $0.weight == 100 }, [.auditVerify, .backupOpen]),
    (
      "is long for the commit", { $0.worth == 16 },
      [
        .environmentList, .environmentUpdate, .environmentDelete, .principalGet, .principalRemove,
        .secretList, .secretVersions, .variableSet, .variableList, .variableDelete, .requestList,
        .keyStatus, .keyRotate, .eventsSubscribe,
      ]
    ),
    (
      "stands alone", { $0.isAlone },
      [
        .environmentCreate, .environmentList, .environmentUpdate, .environmentDelete, .principalGet,
        .principalRemove, .secretList, .secretVersions, .secretDestroy, .secretDelete,
        .variableList, .requestGet, .requestList, .requestWait, .requestApprove, .grantActivate,
        .grantRead, .grantHold, .auditList, .auditVerify, .auditKey, .keyStatus, .keyRotate,
        .backupOpen, .backupRead, .eventsSubscribe,
      ]
    ),
    (
      "has an end", { $0.hasEnd },
      [
        .secretImport, .requestCreate, .requestWait, .grantActivate, .grantResume, .grantHold,
        .backupOpen,
      ]
    ),
    (
      "names whom to look up", { $0.way == .named },
      [.environmentCreate, .environmentUpdate, .principalGet, .principalRemove]
    ),
  ]

  @Test func `each column says what it is to say`() {
    for (name, holds, methods) in Self.columns {
      #expect(Set(Method.allCases.filter { holds($0.traits) }) == methods, "\(name)")
    }
  }

  @Test func `what must wait for others stands alone: nothing behind it is started`() {
    for method in Method.allCases where method.traits.way != .decided {
      #expect(method.traits.isAlone, "\(method)")
    }
  }
}

@Suite struct `What a call makes of its row` {
  @Test func `asker-alone: a value is read by its request, or asked for without one`() throws {
    let name = try SecretName("TOKEN")
    let environment = try EnvironmentName("production")
    let direct = Call.secretGet(SecretGet(environment: environment, name: name))
    let granted = Call.secretGet(SecretGet(environment: environment, name: name, request: 7))
    #expect(direct.traits.permission == .ask && granted.traits.permission == .use)
    #expect(direct.traits.isRelease && granted.traits.isRelease)
  }

  @Test func `an import's commit and taking everything back are long, their other steps short`()
    throws
  {
    let environment = try EnvironmentName("production")
    let worth = { (call: Call) in call.traits.worth }
    #expect(
      worth(.secretImport(SecretImport(environment: environment, .commit(allowEmpty: false))))
        == 128)
    #expect(
      worth(.secretImport(SecretImport(environment: environment, .open(names: [], dryRun: false))))
        == 1)
    #expect(worth(.requestRevoke(RequestRevoke(.all(environment: nil, requester: nil)))) == 16)
    #expect(worth(.requestRevoke(RequestRevoke(.request(7)))) == 1)
  }

  @Test func `a call parks on its request where it waits, and holds a grant by its connection`() {
    let wait = Call.requestWait(RequestWait(request: 7))
    let turn = Call.grantActivate(GrantActivate(request: 8, hold: .ticket, waits: true))
    let now = Call.grantActivate(GrantActivate(request: 9))
    #expect([wait, turn, now].map(\.parksOn) == [7, 8, nil])
    #expect([wait, turn, now].map(\.holdsGrant) == [false, false, true])
  }
}

@Suite struct `The row of each reason` {
  @Test(arguments: Reason.allCases)
  func `what passes by itself is worth another try to a script too, and else somebody is called`(
    reason: Reason
  ) {
    switch reason.row.retry {
    case .passes: #expect(reason.row.exit == .tryAgain)
    case .mended: #expect(reason.row.exit == .storage)
    case .never: #expect(reason.row.exit != .storage || reason == .storageTampered)
    }
  }

  @Test func `an auditor is told of who was kept out, and not of what was mistyped`() {
    #expect(
      Set(Reason.allCases.filter(\.row.isRecorded).map(\.rawValue)) == [
        "access.denied", "environment.unknown", "gate.required", "gate.waiting", "gate.refused",
        "request.unknown", "ticket.required", "digest.mismatch", "review.self", "grant.expired",
        "gate.unconfirmed", "grant.outdated", "clock.behind", "clock.trial", "limit.requests",
        "limit.grants", "limit.reads", "limit.record",
      ])
  }

  @Test func `no two reasons share a number`() {
    #expect(Set(Reason.allCases.map(\.code)).count == Reason.allCases.count)
  }
}
