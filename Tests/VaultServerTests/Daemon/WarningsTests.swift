import Glibc
import Testing
import VaultCore

@testable import VaultServer

/// What `server.status` warns of, and that it is over when it is.
@Suite(.serialized) struct WarningsTests {
  private static let status = #"{"jsonrpc":"2.0","id":1,"method":"server.status"}"#

  @Test func `a clock that lies behind what the vault has seen is told, with both times`() throws {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let behind = Locked(Int64(0))
    let daemon = try bench.start(clock: {
      var now = RunningDaemon.moment()
      now.wall = 1_900_000_000_000 - behind.withLock { $0 }
      return now
    })
    defer { daemon.stop() }
    let client = try bench.client()
    #expect(try client.call(Self.status).contains(#""warnings":[]"#))
    behind.withLock { $0 = 299_000 }
    #expect(try client.call(Self.status).contains(#""warnings":[]"#))
    behind.withLock { $0 = 3_600_000 }
    let told = try client.call(Self.status)
    #expect(told.contains(#""reason":"clock.behind""#))
    for time in [Int64(1_900_000_000_000), 1_899_996_400_000] {
      #expect(told.contains(Timestamp.text(milliseconds: time)), "\(told)")
    }
    behind.withLock { $0 = 0 }
    #expect(try client.call(Self.status).contains(#""warnings":[]"#))
  }

  @Test func `a question to the account database without an answer is told for a minute`() {
    let clock = HandClock()
    let fails = Locked(true)
    let database = AccountDatabase(
      source: AccountSource(
        account: { uid throws(AccountFault) in
          if fails.withLock({ $0 }) { throw AccountFault(code: EIO) }
          return Account(uid: uid, name: "x", groups: [])
        }, uid: { _ throws(AccountFault) in throw AccountFault(code: EIO) },
        gid: { _ throws(AccountFault) in nil }),
      subordinates: SubordinateIDs(path: "/nonexistent"), overflow: OverflowIDs(),
      clock: clock.now, timer: clock.after)
    func ask(_ uid: UInt32) -> AccountAnswer? {
      let inbox = Inbox<AccountAnswer>()
      database.lookup(uid) { inbox.put($0) }
      return inbox.take()
    }
    #expect(!database.failedLately)
    #expect(ask(1) == .unavailable)
    #expect(database.failedLately)
    // That it answers for another is no sign that it does for the first.
    fails.withLock { $0 = false }
    #expect(ask(2) != .unavailable)
    clock.pass(59_000)
    #expect(database.failedLately)
    clock.pass(1_000)
    #expect(!database.failedLately)
    let names = Inbox<AccountDatabase.Resolution>()
    database.resolve([.user("x")]) { names.put($0) }
    _ = names.take()
    #expect(database.failedLately)
  }

  @Test(arguments: [(1, "1 line of"), (7, "7 lines of")])
  func `lines of the log that were lost are told`(count: Int, text: String) throws {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let daemon = try bench.start(lostLines: { count })
    defer { daemon.stop() }
    let told = try bench.client().call(Self.status)
    #expect(told.contains(#""reason":"log.dropped","text":"\#(text)"#), "\(told)")
  }
}
