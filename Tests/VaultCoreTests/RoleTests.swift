import Testing
import VaultCore

@Suite struct `Closed by default: roles` {
  @Test func `an empty list means nobody`() throws {
    let nobody = Standing(admins: [], auditors: [])
    let gate = Gate(protection: .unprotected, requesters: .principals([]))
    for caller in [Host.caller(0), Host.caller(Host.alice)] {
      #expect(try nobody.roles(of: caller).isEmpty)
      #expect(try gate.roles(of: caller).isEmpty)
    }
  }

  @Test func `roles add up and none implies another`() throws {
    let standing = Standing(admins: [Host.user(Host.alice)], auditors: [Host.user(Host.bob)])
    #expect(try standing.roles(of: Host.caller(Host.alice)) == .admin)
    #expect(try standing.roles(of: Host.caller(Host.bob)) == .auditor)
    #expect(try standing.roles(of: Host.caller(Host.carol)).isEmpty)
    var gate = Gate.rules(
      (1, [Host.user(Host.alice)]), (1, [Host.user(Host.bob)]),
      requesters: .principals([Host.user(Host.bob)]))
    gate.writers = [Host.user(Host.bob), Host.user(Host.aliceAdmin)]
    #expect(try gate.roles(of: Host.caller(Host.alice)) == .reviewer)
    #expect(try gate.roles(of: Host.caller(Host.bob)) == [.requester, .reviewer, .writer])
    #expect(try gate.roles(of: Host.caller(Host.aliceAdmin)) == .writer)
    #expect(try gate.roles(of: Host.caller(Host.carol)).isEmpty)
    #expect(
      try gate.roles(of: Host.caller(Host.alice), beside: standing) == [.admin, .reviewer])
    #expect(
      try gate.roles(of: Host.caller(Host.bob), beside: standing)
        == [.auditor, .requester, .reviewer, .writer])
  }

  @Test func `each role has one word, in a fixed order`() {
    let all: Roles = [.writer, .reviewer, .requester, .auditor, .admin]
    #expect(all.texts == ["admin", "auditor", "requester", "reviewer", "writer"])
    #expect(Roles([.reviewer, .admin]).texts == ["admin", "reviewer"])
    #expect(Roles([]).texts.isEmpty)
  }

  @Test func `a stale writer writes nothing`() throws {
    var gate = Gate.alice
    gate.writers = [.user(name: "alice", uid: Host.bob)]
    #expect(try gate.roles(of: Host.caller(Host.alice)) == .reviewer)
    #expect(try gate.roles(of: Host.caller(Host.bob)).isEmpty)
  }

  @Test func `any means every known account, and neither nobody nor the overflow uid`() throws {
    let any = Requesters.any
    #expect(try any.include(Host.caller(Host.alice)))
    #expect(try !any.include(Host.caller(100_001)))
    let overflow = Caller(
      uid: 65_534, kernelGroups: [], isOverflow: true, connection: 1,
      account: .known(Account(uid: 65_534, name: "nobody", groups: [])))
    #expect(try !any.include(overflow))
    for account in [nil, AccountAnswer.unavailable] {
      let caller = Caller(
        uid: Host.alice, kernelGroups: [], isOverflow: false, connection: 1, account: account)
      #expect(throws: AccountNeeded.self) { try any.include(caller) }
    }
  }

  @Test func `an account that the database does not know asks only by its bare number`() throws {
    let caller = Host.caller(100_001)
    #expect(try Requesters.principals([.uid(100_001)]).include(caller))
    #expect(try !Requesters.principals([.user(name: "x", uid: 100_001)]).include(caller))
  }

  @Test func `a role that hangs on the account database asks for it`() {
    let caller = Host.caller(Host.alice).with(account: .unavailable)
    #expect(throws: AccountNeeded.self) {
      try Standing(admins: [Host.user(Host.alice)], auditors: []).roles(of: caller)
    }
    #expect(throws: AccountNeeded.self) { try Gate.alice.roles(of: caller) }
    let writers = Gate(
      protection: .unprotected, requesters: .principals([.uid(0)]),
      writers: [Host.user(Host.alice)])
    #expect(throws: AccountNeeded.self) { try writers.roles(of: caller) }
  }

  @Test
  func `what is certain stands where the database does not answer, and not before it was asked`()
    throws
  {
    var gate = Gate.rules(
      (1, [Host.user(Host.alice)]), requesters: .principals([.uid(Host.alice)]))
    gate.writers = [.uid(Host.alice)]
    let standing = Standing(admins: [Host.user(Host.alice)], auditors: [.uid(Host.alice)])
    let caller = Host.caller(Host.alice)
    #expect(
      try gate.roles(of: caller, beside: standing)
        == [.admin, .auditor, .requester, .reviewer, .writer])
    let silent = caller.with(account: .unavailable)
    #expect(
      try gate.roles(of: silent, beside: standing) == [.auditor, .requester, .writer])
    #expect(throws: AccountNeeded.self) {
      try gate.roles(of: caller.with(account: nil), beside: standing)
    }
    #expect(throws: AccountNeeded.self) { try standing.roles(of: caller.with(account: nil)) }
  }
}
