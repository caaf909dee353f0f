import Glibc
import Promises
import Testing
import VaultCore
import VaultEngine

@testable import VaultServer

/// Answers of the account database that must be of now.
@Suite struct `An answer that is asked for afresh` {
  /// uid N is `account-N`, uid 404 does not exist, uid 5 cannot be asked.
  private final class Bench: Sendable {
    let clock = HandClock()
    let door: Door
    let database: AccountDatabase

    init(open: Bool = true, threads: Int = 4) {
      let door = Door(open: open)
      self.door = door
      database = AccountDatabase(
        source: AccountSource(
          account: { uid throws(AccountFault) in
            door.pass()
            if uid == 5 { throw AccountFault(code: EIO) }
            return uid == 404 ? nil : Account(uid: uid, name: "account-\(uid)", groups: [])
          }, uid: { _ throws(AccountFault) in nil }, gid: { _ throws(AccountFault) in nil }),
        subordinates: SubordinateIDs(path: "/nonexistent"), overflow: OverflowIDs(),
        bounds: .init(queue: .init(threads: threads)), clock: clock.now, timer: clock.after)
    }

    func afresh(_ uid: UInt32) -> Inbox<FreshAnswer> {
      let inbox = Inbox<FreshAnswer>()
      database.lookupAfresh(uid) { inbox.put($0) }
      return inbox
    }

    func lookup(_ uid: UInt32) -> Inbox<AccountAnswer> {
      let inbox = Inbox<AccountAnswer>()
      database.lookup(uid) { inbox.put($0) }
      return inbox
    }

    func doubted(_ uid: UInt32) -> AccountAnswer? {
      let inbox = Inbox<AccountAnswer>()
      database.lookupDoubted(uid) { inbox.put($0) }
      return inbox.take()
    }
  }

  @Test func `is no kept one, and is kept for the others`() {
    let bench = Bench()
    #expect(bench.lookup(1_000).take() != nil)
    bench.clock.pass(10)
    #expect(bench.afresh(1_000).take()?.asked == bench.clock.now())
    #expect(bench.door.arrived == 2)
    bench.clock.pass(29_999)
    #expect(bench.lookup(1_000).take() != nil)
    #expect(bench.door.arrived == 2)
  }

  @Test(.promise(.deletedAccountsCountForNothing))
  func `is of a question that begins after it, and one a uid is under way`() {
    let bench = Bench(open: false)
    let before = bench.lookup(1_000)
    #expect(bench.door.hasSeen(1))
    bench.clock.pass(100)
    let since = (0..<5).map { _ in bench.afresh(1_000) }
    // Who does not ask afresh is content with the one that has begun.
    let content = bench.lookup(1_000)
    #expect(bench.door.arrived == 1)
    bench.door.open()
    #expect(before.take() != nil && content.take() != nil)
    for inbox in since { #expect(inbox.take()?.asked == bench.clock.now()) }
    #expect(bench.door.arrived == 2, "one question for all who came before it began")
  }

  @Test func `is shared by all who come before the question begins`() {
    let bench = Bench(open: false, threads: 1)
    let first = bench.lookup(1)
    #expect(bench.door.hasSeen(1))
    let all = (0..<20).map { _ in bench.afresh(1_000) }
    bench.door.open()
    #expect(first.take() != nil)
    for inbox in all { #expect(inbox.take()?.answer != .unavailable) }
    #expect(bench.door.arrived == 2)
  }

  @Test(.promise(.databaseIsAskedSeldom))
  func `after none the uid is left alone for two seconds, and no other is`() {
    let bench = Bench()
    #expect(bench.afresh(5).take()?.answer == .unavailable)
    #expect(bench.door.arrived == 1)
    bench.clock.pass(1_999)
    #expect(bench.afresh(5).take()?.answer == .unavailable)
    #expect(bench.door.arrived == 1)
    #expect(bench.afresh(1_000).take()?.answer != .unavailable)
    bench.clock.pass(1)
    #expect(bench.afresh(5).take()?.answer == .unavailable)
    #expect(bench.door.arrived == 3)
  }

  @Test func `a question that hangs is given up in time, and asked again once it is back`() {
    let bench = Bench(open: false)
    let hanging = bench.afresh(1_000)
    #expect(bench.door.hasSeen(1))
    bench.clock.ring()
    #expect(hanging.take()?.answer == .unavailable)
    #expect(bench.afresh(1_000).take()?.answer == .unavailable)
    bench.clock.pass(2_000)
    let next = bench.afresh(1_000)
    #expect(bench.door.arrived == 1)
    bench.door.open()
    #expect(next.take()?.answer != .unavailable)
    #expect(bench.door.arrived == 2)
  }

  @Test(.promise(.databaseIsAskedSeldom))
  func `who is refused by a kept answer is asked about again, once in two seconds`() {
    let bench = Bench()
    #expect(bench.doubted(404) == .nobody)
    for _ in 0..<50 { #expect(bench.doubted(404) == .nobody) }
    #expect(bench.door.arrived == 1)
    bench.clock.pass(2_000)
    #expect(bench.doubted(404) == .nobody)
    #expect(bench.door.arrived == 2)
  }

  @Test func `what was kept is forgotten on demand, and thirty seconds are thirty seconds`() {
    let bench = Bench()
    #expect(bench.lookup(1_000).take() != nil)
    let asked = bench.database.asked(of: 1_000)
    bench.clock.pass(29_999)
    #expect(bench.database.isCurrent(asked: asked))
    #expect(bench.database.known(1_000) != nil)
    bench.clock.pass(1)
    #expect(!bench.database.isCurrent(asked: asked))
    #expect(bench.database.known(1_000) == nil)
    #expect(bench.lookup(1_000).take() != nil)
    bench.database.forget()
    #expect(bench.database.known(1_000) == nil)
  }

  @Test func `after none the uid is asked about at once where it was answered meanwhile`() {
    let bench = Bench(open: false)
    let hanging = bench.afresh(1_000)
    #expect(bench.door.hasSeen(1))
    bench.clock.ring()
    #expect(hanging.take()?.answer == .unavailable)
    // Whoever is content with the one that hangs is answered by it.
    let content = bench.lookup(1_000)
    bench.door.open()
    #expect(content.take() != nil)
    #expect(bench.afresh(1_000).take()?.answer != .unavailable)
    #expect(bench.door.arrived == 2)
  }
}
