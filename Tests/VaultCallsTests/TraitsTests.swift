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

  @Test(arguments: Method.allCases)
  func `a list stands alone on its connection and takes the daemon's time of ten calls`(
    method: Method
  ) {
    let word = method.rawValue.split(separator: ".").last
    guard word == "list" || word == "versions" else { return }
    #expect(method.traits.isAlone && method.traits.weight == 10 && method.traits.isReadOnly)
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

  @Test func `no two reasons share a number`() {
    #expect(Set(Reason.allCases.map(\.code)).count == Reason.allCases.count)
  }
}
