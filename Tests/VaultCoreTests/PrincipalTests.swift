import Promises
import Testing
import VaultCore

@Suite struct `Principal names` {
  @Test(
    arguments: [
      ("user:alice", .user("alice")), ("user:svc-ci.1_x$", .user("svc-ci.1_x$")),
      ("user:corp\\alice", .user("corp\\alice")), ("user:alice@corp", .user("alice@corp")),
      ("group:ops", .group("ops")), ("uid:0", .uid(0)), ("uid:4294967294", .uid(4_294_967_294)),
      ("gid:27", .gid(27)),
    ] as [(String, PrincipalName)])
  func `a principal is read as it is written`(text: String, name: PrincipalName) {
    #expect(PrincipalName(text) == name)
    #expect(PrincipalName(text)?.text == text)
  }

  @Test(arguments: [
    "", ":", "alice", "user", "user:", "group:", "uid:", "gid:", "User:alice", "USER:alice",
    "user :alice", "user: alice", "user:a b", "user:a:b", "user:a/b", "user:a\n", "user:é",
    "user:\u{212A}", "uid:-1", "uid:+1", "uid: 1", "uid:01", "uid:00", "uid:0x10", "uid:1.0",
    "uid:4294967295", "uid:4294967296", "uid:99999999999999999999", "uid:１", "uid:root",
    "gid:4294967295", "gid:-0", "socket:", "any", "*", "user:" + String(repeating: "a", count: 256),
    "group:a b", "group:a:b", "group:a/b", "group:a\n", "group:é",
    "group:" + String(repeating: "a", count: 256),
  ])
  func `whatever else is typed names nobody`(text: String) {
    #expect(PrincipalName(text) == nil)
  }

  @Test func `a name has at most 255 bytes`() {
    let longest = String(repeating: "a", count: 255)
    #expect(PrincipalName("user:" + longest) == .user(longest))
    #expect(PrincipalName("group:" + longest) == .group(longest))
  }
}

@Suite struct `Kernel identity` {
  enum Database: CaseIterable { case notAsked, unavailable, nobody, alice, renamed, otherUID }

  static func answer(_ database: Database, groups: [Account.Group] = []) -> AccountAnswer? {
    switch database {
    case .notAsked: nil
    case .unavailable: .unavailable
    case .nobody: .nobody
    case .alice: .known(Account(uid: Host.alice, name: "alice", groups: groups))
    case .renamed: .known(Account(uid: Host.alice, name: "mallory", groups: groups))
    case .otherUID: .known(Account(uid: Host.bob, name: "alice", groups: groups))
    }
  }

  static func caller(
    _ account: AccountAnswer?, uid: UInt32 = Host.alice, kernel: [UInt32] = [],
    overflow: Bool = false
  ) -> Caller {
    Caller(
      uid: uid, kernelGroups: kernel, isOverflow: overflow, connection: 9, account: account)
  }

  @Test(
    .promise(.staleNamesMatchNothing),
    arguments: zip(Database.allCases, [Match.unknown, .unknown, .no, .yes, .no, .no]))
  func `a user matches by number and by name, so a reused uid is stale`(
    database: Database, match: Match
  ) {
    let alice = Principal.user(name: "alice", uid: Host.alice)
    #expect(alice.match(Self.caller(Self.answer(database))) == match)
    #expect(alice.match(Self.caller(Self.answer(database), uid: Host.bob)) == .no)
  }

  @Test(arguments: Database.allCases)
  func `a bare uid asks nobody`(database: Database) {
    #expect(Principal.uid(Host.alice).match(Self.caller(Self.answer(database))) == .yes)
    #expect(Principal.uid(Host.bob).match(Self.caller(Self.answer(database))) == .no)
  }

  @Test(.promise(.groupsAreConfirmed), arguments: [true, false], [true, false])
  func `a group counts only when the kernel lists it and the account database has it`(
    kernel: Bool, database: Bool
  ) {
    let groups = database ? [Account.Group(gid: Host.ops, name: "ops")] : []
    let caller = Self.caller(
      Self.answer(.alice, groups: groups), kernel: kernel ? [Host.ops] : [])
    let match: Match = kernel && database ? .yes : .no
    #expect(Host.opsGroup.match(caller) == match)
    #expect(Principal.gid(Host.ops).match(caller) == match)
  }

  @Test(arguments: ["operators", nil])
  func `a group whose number has another name now is stale, its bare number is not`(name: String?) {
    let groups = [Account.Group(gid: Host.ops, name: name)]
    let caller = Self.caller(Self.answer(.alice, groups: groups), kernel: [Host.ops])
    #expect(Host.opsGroup.match(caller) == .no)
    #expect(Principal.gid(Host.ops).match(caller) == .yes)
  }

  @Test func `a name on another number does not make a member`() {
    let groups = [Account.Group(gid: 6000, name: "ops"), Account.Group(gid: Host.ops, name: "x")]
    let caller = Self.caller(Self.answer(.alice, groups: groups), kernel: [6000, Host.ops])
    #expect(Host.opsGroup.match(caller) == .no)
  }

  @Test(arguments: [Host.opsGroup, .gid(Host.ops)])
  func `of a group that the kernel lists the database must speak, of another it need not`(
    group: Principal
  ) {
    for database in [Database.notAsked, .unavailable] {
      #expect(group.match(Self.caller(Self.answer(database), kernel: [Host.ops])) == .unknown)
      #expect(group.match(Self.caller(Self.answer(database))) == .no)
    }
    #expect(group.match(Self.caller(.nobody, kernel: [Host.ops])) == .no)
  }

  @Test(.promise(.staleNamesMatchNothing), arguments: Database.allCases)
  func `the overflow uid is nobody, whatever a rule names`(database: Database) {
    let groups = [Account.Group(gid: Host.ops, name: "ops")]
    let caller = Self.caller(
      Self.answer(database, groups: groups), kernel: [Host.ops], overflow: true)
    for principal in [
      Host.user(Host.alice), .uid(Host.alice), Host.opsGroup, .gid(Host.ops),
    ] {
      #expect(principal.match(caller) == .no)
    }
  }

  @Test func `a list needs the database only where nothing is certain`() throws {
    let list = [Host.user(Host.alice), .uid(Host.alice)]
    #expect(try list.matching(Self.caller(nil)) == [.uid(Host.alice)])
    #expect(try list.matching(Self.caller(Self.answer(.alice))) == list)
    #expect(try [Principal]().matching(Self.caller(nil)).isEmpty)
    for (account, unavailable) in [(nil, false), (AccountAnswer.unavailable, true)] {
      #expect {
        try [Host.user(Host.alice)].matching(Self.caller(account))
      } throws: {
        let needed = $0 as? AccountNeeded
        return needed?.uids == [Host.alice] && needed?.wasUnavailable == unavailable
      }
    }
  }

  @Test func `an open question is a need before the database was asked and a refusal after`() {
    #expect(Refusal(AccountNeeded(Self.caller(nil))) == .accountNeeded([Host.alice]))
    #expect(Refusal(AccountNeeded(Self.caller(.unavailable))) == .accountUnavailable)
  }

  @Test func `a review stands by number and name together, as the database has them now`() {
    func known(_ uid: UInt32, _ name: String, _ groups: Account.Group...) -> AccountAnswer {
      .known(Account(uid: uid, name: name, groups: groups))
    }
    let ops = Account.Group(gid: Host.ops, name: "ops")
    let bob = Host.user(Host.bob)
    let number = Principal.gid(Host.ops)
    let member = known(Host.bob, "bob", ops)
    for principal in [bob, Host.opsGroup, number] {
      #expect(principal.stillNames(uid: Host.bob, member) == .yes)
      // What the database says of another number is of nobody.
      #expect(principal.stillNames(uid: Host.bob, known(Host.carol, "bob", ops)) == .no)
    }
    for name in ["operators", nil] {
      let renamed = known(Host.bob, "bob", Account.Group(gid: Host.ops, name: name))
      #expect(Host.opsGroup.stillNames(uid: Host.bob, renamed) == .no)
      #expect(number.stillNames(uid: Host.bob, renamed) == .yes)
    }
    for answer in [
      known(Host.bob, "bob"), known(Host.bob, "bob", Account.Group(gid: Host.ops + 1, name: "ops")),
    ] {
      #expect(Host.opsGroup.stillNames(uid: Host.bob, answer) == .no)
      #expect(number.stillNames(uid: Host.bob, answer) == .no)
    }
    #expect(bob.stillNames(uid: Host.bob, known(Host.bob, "robert", ops)) == .no)
    #expect(bob.stillNames(uid: Host.carol, known(Host.carol, "bob", ops)) == .no)
  }

  @Test func `who has left is not named by what they once met`() {
    let here = Host.answer(Host.alice, groups: [Host.ops])
    for principal in [Host.user(Host.alice), Host.opsGroup, .gid(Host.ops)] {
      #expect(principal.stillNames(uid: Host.alice, here) == .yes)
      #expect(principal.stillNames(uid: Host.alice, .nobody) == .no)
      #expect(principal.stillNames(uid: Host.alice, .unavailable) == .unknown)
      #expect(principal.stillNames(uid: Host.bob, here) == .no)
    }
    for principal in [Host.opsGroup, .gid(Host.ops)] {
      #expect(principal.stillNames(uid: Host.alice, Host.answer(Host.alice)) == .no)
    }
    let renamed = AccountAnswer.known(Account(uid: Host.alice, name: "mallory", groups: []))
    #expect(Host.user(Host.alice).stillNames(uid: Host.alice, renamed) == .no)
    #expect(Principal.uid(Host.alice).stillNames(uid: Host.alice, .unavailable) == .yes)
    #expect(Principal.uid(Host.alice).stillNames(uid: Host.bob, .unavailable) == .no)
  }

  @Test func `accounts that the configuration ties together are one person`() {
    let people = Host.people
    #expect(people.person(uid: Host.alice) == people.person(uid: Host.aliceAdmin))
    #expect(people.person(uid: Host.alice) != people.person(uid: Host.bob))
    #expect(people.person(uid: Host.bob) == Person(text: "uid:1002"))
    #expect(People([5: "uid:1002"]).person(uid: 5) != people.person(uid: Host.bob))
  }
}
