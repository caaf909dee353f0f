import Glibc
import Promises
import Testing
import VaultCore

@testable import VaultServer

/// A database of test accounts: uid N is `account-N`, uid 404 does not exist, uid 5 cannot be
/// asked.
private final class Bench: Sendable {
  let clock = HandClock()
  let door: Door
  let scratch: Scratch
  let database: AccountDatabase

  let subordinates: SubordinateIDs

  init(open: Bool = true, subuid: String = "", bounds: AccountDatabase.Bounds = .init()) throws {
    let door = Door(open: open)
    self.door = door
    scratch = try Scratch()
    subordinates = SubordinateIDs(path: try scratch.write(subuid, to: "subuid"))
    let source = AccountSource(
      account: { uid throws(AccountFault) in
        door.pass()
        if uid == 5 { throw AccountFault(code: EIO) }
        return uid == 404 ? nil : Bench.account(uid)
      },
      uid: { name throws(AccountFault) in
        door.pass()
        if name == "broken" { throw AccountFault(code: EIO) }
        return ["alice": 1_000, "nobody": 65_534, "mapped": 100_001][name]
      },
      gid: { name throws(AccountFault) in
        door.pass()
        return ["ops": 2_000, "nogroup": 65_534][name]
      })
    database = AccountDatabase(
      source: source,
      subordinates: subordinates,
      overflow: OverflowIDs(), bounds: bounds, clock: clock.now, timer: clock.after)
  }

  static func account(_ uid: UInt32) -> Account {
    Account(uid: uid, name: "account-\(uid)", groups: [])
  }

  func lookup(_ uid: UInt32) -> AccountAnswer? {
    let inbox = Inbox<AccountAnswer>()
    database.lookup(uid) { inbox.put($0) }
    return inbox.take()
  }

  func resolve(_ names: [PrincipalName]) -> AccountDatabase.Resolution? {
    let inbox = Inbox<AccountDatabase.Resolution>()
    database.resolve(names) { inbox.put($0) }
    return inbox.take()
  }
}

@Suite struct `the account database` {
  @Test func `an answer is used for thirty seconds and then asked for anew`() throws {
    let bench = try Bench()
    #expect(bench.lookup(1_000) == .known(Bench.account(1_000)))
    bench.clock.pass(29_999)
    #expect(bench.lookup(1_000) == .known(Bench.account(1_000)))
    #expect(bench.door.arrived == 1)
    bench.clock.pass(1)
    #expect(bench.lookup(1_000) == .known(Bench.account(1_000)))
    #expect(bench.door.arrived == 2)
  }

  @Test func `that there is no account is an answer, and a failure is none`() throws {
    let bench = try Bench()
    #expect(bench.lookup(404) == .nobody)
    #expect(bench.lookup(404) == .nobody)
    #expect(bench.door.arrived == 1)
    #expect(bench.lookup(5) == .unavailable)
    #expect(bench.lookup(5) == .unavailable)
    #expect(bench.door.arrived == 3)
  }

  @Test func `kernel-identity: overflow and subordinate uids are nobody, and nobody is asked`()
    throws
  {
    let bench = try Bench(subuid: "alice:100000:65536\n")
    #expect(bench.lookup(65_534) == .nobody)
    #expect(bench.lookup(100_000) == .nobody)
    #expect(bench.door.arrived == 0)
  }

  @Test(.promise(.subordinateUIDsAreNobody))
  func `kernel-identity: a uid that was handed out since it was kept is nobody`() throws {
    let bench = try Bench()
    #expect(bench.lookup(100_000) == .known(Bench.account(100_000)))
    try bench.scratch.write("alice:100000:1\n", to: "subuid")
    bench.subordinates.refresh()
    #expect(bench.lookup(100_000) == .nobody)
  }

  @Test func `without the list of subordinate uids nobody can tell`() throws {
    let bench = try Bench()
    unlink(bench.scratch.file("subuid"))
    try #require(mkdir(bench.scratch.file("subuid"), 0o700) == 0)
    bench.subordinates.refresh()
    #expect(bench.lookup(1_000) == .unavailable)
    #expect(bench.door.arrived == 0)
  }

  @Test func `what is known of an account is as old as the question`() throws {
    let bench = try Bench()
    #expect(bench.lookup(1_000) == .known(Bench.account(1_000)))
    bench.clock.pass(20_000)
    #expect(bench.database.asked(of: 1_000) == bench.clock.now() - 20_000)
    // Of whom nothing is kept, what is known is as old as it may be.
    #expect(bench.database.asked(of: 1_001) == bench.clock.now() - 30_000)
  }

  @Test func `askers of one uid share one question`() throws {
    let bench = try Bench(open: false)
    let inbox = Inbox<AccountAnswer>()
    for _ in 0..<10 { bench.database.lookup(1_000) { inbox.put($0) } }
    #expect(bench.door.hasSeen(1))
    bench.door.open()
    for _ in 0..<10 { #expect(inbox.take() == .known(Bench.account(1_000))) }
    #expect(bench.door.arrived == 1)
  }

  @Test
  func `a database that hangs holds four threads, each asker is told in time, and it recovers`()
    throws
  {
    let bench = try Bench(open: false)
    let inbox = Inbox<AccountAnswer>()
    for uid: UInt32 in 1_000..<1_010 { bench.database.lookup(uid) { inbox.put($0) } }
    #expect(bench.door.hasSeen(4))
    #expect(inbox.count == 0)
    bench.clock.ring()
    for _ in 0..<10 { #expect(inbox.take() == .unavailable) }

    // All threads hang still: new questions wait for their bound and get none.
    bench.database.lookup(1_000) { inbox.put($0) }
    bench.database.lookup(2_000) { inbox.put($0) }
    bench.clock.ring()
    for _ in 0..<2 { #expect(inbox.take() == .unavailable) }
    #expect(bench.door.arrived == 4)

    bench.door.open()
    for uid: UInt32 in 3_000..<3_010 { #expect(bench.lookup(uid) == .known(Bench.account(uid))) }
    bench.clock.ring()
    #expect(inbox.count == 0)
  }

  @Test func `an answer is as old as its question`() throws {
    let bench = try Bench(open: false, bounds: .init(queue: .init(threads: 1)))
    let inbox = Inbox<AccountAnswer>()
    bench.database.lookup(1_000) { inbox.put($0) }
    #expect(bench.door.hasSeen(1))
    bench.clock.pass(30_000)
    bench.clock.ring()
    #expect(inbox.take() == .unavailable)
    bench.door.open()
    // Asked behind the late one, on the same thread; then the first uid is asked anew.
    #expect(bench.lookup(2_000) == .known(Bench.account(2_000)))
    #expect(bench.lookup(1_000) == .known(Bench.account(1_000)))
    #expect(bench.door.arrived == 3)
  }

  @Test func `more questions than may wait are refused at once`() throws {
    let bench = try Bench(open: false, bounds: .init(queue: .init(waiting: 2, threads: 1)))
    let inbox = Inbox<AccountAnswer>()
    bench.database.lookup(1) { inbox.put($0) }
    #expect(bench.door.hasSeen(1))
    for uid: UInt32 in 2...4 { bench.database.lookup(uid) { inbox.put($0) } }
    #expect(inbox.take() == .unavailable)
    #expect(inbox.count == 0)
    #expect(bench.resolve([.user("alice")]) == .failure(.accountUnavailable))
    bench.door.open()
    for _ in 0..<3 { #expect(inbox.take() != .unavailable) }
  }

  @Test func `several uids have one completion`() throws {
    let bench = try Bench(subuid: "a:100000:1\n")
    let inbox = Inbox<[UInt32: AccountAnswer]>()
    bench.database.lookup([1_000, 404, 1_000, 5, 100_000]) { inbox.put($0) }
    #expect(
      inbox.take() == [
        1_000: .known(Bench.account(1_000)), 404: .nobody, 5: .unavailable, 100_000: .nobody,
      ])
    bench.database.lookup([]) { inbox.put($0) }
    #expect(inbox.take() == [:])
    #expect(inbox.count == 0)
  }

  @Test func `names become numbers in their order, and numbers ask nobody`() throws {
    let bench = try Bench()
    #expect(
      bench.resolve([.group("ops"), .uid(7), .user("alice"), .gid(8)])
        == .success([
          .group(name: "ops", gid: 2_000), .uid(7), .user(name: "alice", uid: 1_000), .gid(8),
        ]))
    #expect(bench.door.arrived == 2)
    #expect(bench.resolve([.uid(7), .gid(8)]) == .success([.uid(7), .gid(8)]))
    #expect(bench.resolve([]) == .success([]))
    #expect(bench.door.arrived == 2)
  }

  @Test(arguments: [
    (PrincipalName.user("nosuch"), Refusal.principalUnknown("user:nosuch")),
    (.group("nosuch"), .principalUnknown("group:nosuch")),
    (.user("nobody"), .principalUnknown("user:nobody")),
    (.group("nogroup"), .principalUnknown("group:nogroup")),
    (.user("mapped"), .principalUnknown("user:mapped")),
    (.user("broken"), .accountUnavailable),
  ])
  func `a name that stands for nobody is not taken`(name: PrincipalName, refusal: Refusal) throws {
    let bench = try Bench(subuid: "a:100000:10\n")
    #expect(bench.resolve([.user("alice"), name, .group("ops")]) == .failure(refusal))
  }

  @Test func `names are answered within the bound too`() throws {
    let bench = try Bench(open: false)
    let inbox = Inbox<AccountDatabase.Resolution>()
    bench.database.resolve([.user("alice")]) { inbox.put($0) }
    #expect(bench.door.hasSeen(1))
    bench.clock.ring()
    #expect(inbox.take() == .failure(.accountUnavailable))
    bench.door.open()
    #expect(bench.resolve([.user("alice")]) == .success([.user(name: "alice", uid: 1_000)]))
    #expect(inbox.count == 0)
  }

  @Test func `the cache is bounded, and the oldest answer goes first`() {
    var cache = AccountCache(capacity: 3, lifetime: 100)
    for uid: UInt32 in 1...4 { cache.keep(.nobody, uid: uid, asked: Int64(uid), now: 10) }
    #expect(cache.count == 3)
    #expect(cache.answer(1, now: 10) == nil)
    #expect(cache.answer(2, now: 10) == .nobody)
    cache.keep(.known(Bench.account(2)), uid: 2, asked: 1, now: 10)
    #expect(cache.answer(2, now: 10) == .nobody)
    #expect(cache.answer(2, now: 102) == nil)
  }
}

@Suite struct `the host's account database` {
  @Test func `knows root with its groups, by number and by name`() throws {
    let root = try #require(try AccountSource.system.account(0))
    #expect(root.name == "root")
    #expect(root.uid == 0)
    #expect(root.groups.contains(Account.Group(gid: 0, name: "root")))
    #expect(try AccountSource.system.uid("root") == 0)
    #expect(try AccountSource.system.gid("root") == 0)
  }

  @Test func `says that there is no account, which is no failure`() throws {
    #expect(try AccountSource.system.account(3_999_999_999) == nil)
    #expect(try AccountSource.system.uid("no-such-account") == nil)
    #expect(try AccountSource.system.gid("no-such-group") == nil)
  }
}
