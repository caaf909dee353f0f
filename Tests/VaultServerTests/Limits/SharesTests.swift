import NIOCore
import Testing
import VaultCalls
import VaultCore
import VaultProtocol

@testable import VaultServer

/// What a lane's calls take of its part.
@Suite struct `A lane's part of the daemon` {
  private let lane = Lane.subject(.account(1))
  private let start = NIODeadline.now()

  private func shares(_ change: (inout Shares.Limits) -> Void = { _ in }) -> Shares {
    var limits = Shares.Limits()
    change(&limits)
    return Shares(limits)
  }

  /// How many of these a lane may do at once.
  private func count(_ body: () -> Bool) -> Int {
    var done = 0
    while done < 1_000_000, body() { done += 1 }
    return done
  }

  @Test(arguments: [(100, 1), (4_095, 1), (4_096, 2), (131_072, 33)])
  func `a long line takes as long as several`(bytes: Int, lines: Int) {
    var shares = shares()
    let burst = Int(Shares.Limits().calls.burst)
    let possible = count {
      if shares.pause(lane, now: start) > .zero { return false }
      shares.chargeLine(bytes, lane, now: start)
      return true
    }
    #expect(possible == (burst + lines - 1) / lines)
  }

  @Test(
    arguments: [
      (.serverStatus, 0), (.auditVerify, 99),
      (.environmentList(EnvironmentList(after: nil, limit: 10)), 9),
    ] as [(Call, Int)])
  func `a call that reads many rows takes as long as many`(call: Call, lines: Int) {
    var shares = shares()
    let burst = Int(Shares.Limits().calls.burst)
    var calls = 0
    while shares.pause(lane, now: start) == .zero, calls <= burst {
      #expect(shares.take(call.method.traits, lineBytes: 100, lane, now: start) == nil)
      calls += 1
    }
    #expect(calls == (lines == 0 ? burst + 1 : (burst + lines - 1) / lines))
  }

  @Test func `releases and changes have an end at once, and say how long until there are more`()
    throws
  {
    let name = try EnvironmentName("production")
    let release = Call.secretGet(
      SecretGet(environment: name, name: try SecretName("TOKEN"), request: nil, ticket: nil))
    let change = Call.environmentDelete(EnvironmentPlace(name: name))
    var shares = shares {
      $0.releases = TokenBucket.Rate(perSecond: 1, burst: 3)
      $0.changes = TokenBucket.Rate(perSecond: 1, burst: 5)
    }
    for (call, most) in [(release, 3), (change, 5)] {
      #expect(
        count { shares.take(call.method.traits, lineBytes: 100, lane, now: start) == nil } == most)
      let wait = shares.take(call.method.traits, lineBytes: 100, lane, now: start)
      #expect(wait.map { $0 > .zero && $0 <= .seconds(2) } == true)
      // Another lane has its own.
      #expect(shares.take(call.method.traits, lineBytes: 100, .strangers, now: start) == nil)
    }
  }

  @Test func `what stays in the vault costs by the KiB that it brings`() throws {
    let variable = Call.variableSet(
      VariableSet(
        environment: try EnvironmentName("production"), name: try SecretName("SETTING"), value: "x")
    )
    for (bytes, cost) in [(100, 1), (1_023, 1), (1_024, 2), (102_400, 101)] {
      #expect(variable.method.traits.cost.changes(lineBytes: bytes) == cost)
    }
  }

  @Test func `values that are not decided fill no more than a lane's part of secret memory`() {
    var values = UndecidedValues()
    let half = UndecidedValues.most / 2
    for _ in 0..<2 {
      let isHeld = values.hold(half, of: lane)
      #expect(isHeld)
    }
    let more = values.hold(1, of: lane)
    #expect(!more)
    let other = values.hold(half, of: .strangers)
    #expect(other)
    values.release(1, of: lane)
    let again = values.hold(1, of: lane)
    #expect(again)
  }

  @Test func `of those who are refused a connection so many are told apart`() {
    let admission = Admission(.init(connections: 1, connectionsPerLane: 1))
    #expect(admission.admit(.vault, .account(0)))
    for uid: UInt32 in 1...600 {
      for _ in 0..<2 { #expect(!admission.admit(.subject(.account(uid)), .account(uid))) }
    }
    let refused = admission.settle(now: start)
    #expect(refused.count == 512)
    #expect(refused.values.allSatisfy { $0 == 2 })
    #expect(admission.settle(now: start).isEmpty)
  }
}
