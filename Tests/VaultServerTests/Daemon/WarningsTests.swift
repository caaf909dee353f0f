import Glibc
import Promises
import Testing
import VaultCore

@testable import VaultServer

/// What `server.status` warns of, and that it is over when it is.
@Suite(.serialized) struct WarningsTests {
  private static let status = #"{"jsonrpc":"2.0","id":1,"method":"server.status"}"#

  /// A daemon whose clocks a test sets.
  private static func withClock(
    _ body: (Locked<ClockReading>, SocketLines) throws -> Void
  ) throws {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let clock = Locked(RunningDaemon.reading())
    let daemon = try bench.start(clock: { clock.withLock { $0 } })
    defer { daemon.stop() }
    let client = try bench.client()
    #expect(try client.call(Self.status).contains(#""warnings":[]"#))
    try body(clock, client)
  }

  private static func expect(_ told: String, _ reason: String, _ times: [Int64]) {
    #expect(told.contains(#""reason":"\#(reason)""#), "\(told)")
    // Wall and boot are read one after the other, so that their difference is right to a millisecond or two.
    for time in times {
      let near = (time - 2...time + 2).map { Timestamp.text(milliseconds: $0) }
      #expect(near.contains { told.contains($0) }, "\(time): \(told)")
    }
  }

  @Test(.promise(.statusAndDoctorTell))
  func `a clock that lies behind what the vault has seen is told, with both times`() throws {
    try Self.withClock { clock, client in
      let start = clock.withLock { $0 }
      clock.withLock {
        $0.bootID = BootID(high: ~start.bootID.high, low: start.bootID.low)
        $0.wall = start.wall - 3_600_000
      }
      Self.expect(
        try client.call(Self.status), "clock.behind", [start.wall - 3_600_000, start.wall])
      clock.withLock { $0.wall = start.wall }
      #expect(try client.call(Self.status).contains(#""warnings":[]"#))
    }
  }

  @Test(.promise(.statusAndDoctorTell))
  func `clocks: one that jumped is told, with both times and since when, until it is adopted`()
    throws
  {
    try Self.withClock { clock, client in
      let start = clock.withLock { $0 }
      let ahead = start.wall + 86_400_000
      clock.withLock { $0.wall = ahead }
      // The daemon's own tick comes each second; this is one that is certain.
      Self.expect(try client.call(Self.status), "clock.trial", [ahead, start.wall])
      let written =
        #"{"jsonrpc":"2.0","id":2,"method":"environment.create","params":{"name":"dev","requesters":["any"],"unprotected":true}}"#
      #expect(try client.call(written).contains("result"))
      clock.withLock {
        $0.wall += 899_999
        $0.boot += 899_999
      }
      Self.expect(
        try client.call(Self.status), "clock.trial",
        [ahead + 899_999, start.wall + 899_999, ahead])
      clock.withLock {
        $0.wall += 1
        $0.boot += 1
      }
      #expect(try client.call(Self.status).contains(#""warnings":[]"#))
    }
  }

  @Test(.promise(.statusAndDoctorTell))
  func `a question to the account database without an answer is told for a minute`() {
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
