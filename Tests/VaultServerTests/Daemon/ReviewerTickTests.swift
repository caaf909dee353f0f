import Glibc
import NIOCore
import Testing
import VaultCalls
import VaultCore
import VaultEngine
import VaultProtocol

@testable import VaultServer

/// When the reviewers are asked about, and how many at once, tick by tick.
@Suite(.serialized) struct `the round of reviewers` {
  private static let reviewers: ClosedRange<UInt32> = 4_001...4_005

  /// A daemon with a request that each of the reviewers has approved, and whose account database stands before a
  /// door once they have.
  private func with(_ body: (Hub, Door) throws -> Void) throws {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let door = Door(open: false)
    defer { door.open() }
    let source = AccountSource(
      account: { uid throws(AccountFault) in
        door.pass()
        return Account(uid: uid, name: "account-\(uid)", groups: [])
      },
      uid: { name throws(AccountFault) in UInt32(name.split(separator: "-").last ?? "") },
      gid: { _ throws(AccountFault) in nil })
    var timing = Hub.Timing()
    timing.reviewers = 1_000
    let daemon = try bench.start(timing: timing, accountSource: source)
    defer { daemon.stop() }
    let client = try bench.client()
    func call(_ method: String, _ parameters: String) throws -> String {
      let answer = try client.call(
        #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{\#(parameters)}}"#)
      try #require(answer.contains("\"result\""), "\(answer)")
      return answer
    }
    let names = Self.reviewers.map { #""user:account-\#($0)""# }.joined(separator: ",")
    _ = try call(
      "environment.create",
      #""name":"e","requesters":["uid:\#(geteuid())"],"rules":[{"reviewers":[\#(names)],"required":5}]"#
    )
    _ = try call("secret.set", #""environment":"e","name":"S","value":"v""#)
    let made = try call("request.create", #""environment":"e""#)
    let start = try #require(made.firstRange(of: "\"digest\":\"")).upperBound
    let digest = try #require(Digest(String(made[start...].prefix { $0 != "\"" })))
    let hub = daemon.hub
    try hub.eventLoop.submit {
      guard let session = hub.sessions.values.first else { return }
      let now = BootTime.now()
      let answers = Self.reviewers.map { uid in
        let account = Account(uid: uid, name: "account-\(uid)", groups: [])
        return (uid, FreshAnswer(.known(account), asked: now))
      }
      for (uid, answer) in answers {
        let caller = Caller(
          uid: uid, kernelGroups: [], isOverflow: false, connection: hub.newConnection(),
          account: answer.answer)
        _ = hub.submit(
          Command(
            caller: caller,
            action: .call(
              .requestApprove(RequestApprove(request: 1, digest: digest.bytes))),
            accounts: Dictionary(uniqueKeysWithValues: answers)), from: session)
      }
    }.wait()
    // Not on the connection whose name they came in: the answers to them would be taken for those to its calls.
    let other = try bench.client()
    let shown = try other.call(
      #"{"jsonrpc":"2.0","id":1,"method":"request.get","params":{"request":1}}"#)
    try #require(shown.contains(#""state":"approved""#), "\(shown)")
    try body(hub, door)
  }

  /// So many seconds pass at once; whether a round is under way then.
  private func pass(_ seconds: Int, _ hub: Hub) throws -> Bool {
    try hub.eventLoop.submit {
      for _ in 0..<seconds { hub.reviewers.tick() }
      return hub.reviewers.isUnderWay
    }.wait()
  }

  /// Whether the round that is under way ends.
  private func ends(_ hub: Hub) throws -> Bool {
    for _ in 0..<2_000 {
      if try !pass(0, hub) { return true }
      usleep(5_000)
    }
    return false
  }

  @Test func `begins when its time has come, with few questions, and not again before that`() throws
  {
    try with { hub, door in
      let isEarly = try pass(900, hub)
      let isUnderWay = try pass(100, hub)
      #expect(!isEarly && isUnderWay)
      #expect(door.hasSeen(ReviewerRound.atOnce))
      #expect(hub.accounts.threadCount == ReviewerRound.atOnce)
      door.open()
      let hasEnded = try ends(hub)
      #expect(hasEnded && door.arrived == Self.reviewers.count)
      let beginsAgain = try pass(1, hub)
      #expect(!beginsAgain)
    }
  }

  @Test func `does not begin while the last one is under way, however long that takes`() throws {
    try with { hub, door in
      _ = try pass(1_000, hub)
      #expect(door.hasSeen(ReviewerRound.atOnce))
      let isUnderWay = try pass(1_000, hub)
      door.open()
      let hasEnded = try ends(hub)
      #expect(isUnderWay && hasEnded)
      // The next one may be through by now; each asks about each of them once.
      #expect(door.arrived % Self.reviewers.count == 0, "\(door.arrived)")
    }
  }
}
