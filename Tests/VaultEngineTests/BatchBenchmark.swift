import Glibc
import Testing
import VaultCore
@testable import VaultEngine

private let liveRequests = getenv("ENVGATE_LIVE_REQUESTS").flatMap { Int64(String(cString: $0)) }

/// What a batch's memory costs beside many live requests. It is timed, and so no test: each line is one batch.
///
///     ENVGATE_LIVE_REQUESTS=100000 swift test --filter BatchBenchmark
@Suite(.enabled(if: liveRequests != nil, "optional: a benchmark")) struct BatchBenchmark {
  private let now = Moment(wall: 1_000_000, boot: 1_000_000, bootID: BootID(high: 1, low: 1))

  private func request(_ id: Int64, isActive: Bool) throws -> AccessRequest {
    let uid = UInt32(1_000 + id % 50)
    let end = Deadline(after: 3_600_000 + id, from: now)
    var request = AccessRequest(
      id: id, environment: id % 10, environmentName: try EnvironmentName("e"), gateRevision: 1,
      revision: 1, requester: Requester(uid: uid, name: "n\(uid)", person: Person(text: "p\(uid)")),
      secrets: [PinnedSecret(name: try SecretName("TOKEN"), version: 1)],
      context: RequestContext(reason: "deploy \(id)", key: "job \(id)"), attended: false,
      ticketHash: [], created: now.reading, expires: end, digest: [], state: .waiting)
    if isActive {
      request.state = .active
      request.grant = Grant(
        activated: now.reading, expires: end, counted: [], hold: .ticket, reads: [])
    }
    return request
  }

  private func measure(_ name: String, _ body: (Int64) throws -> Void) rethrows {
    var times: [Duration] = []
    for round in 0..<Int64(100) { times.append(try ContinuousClock().measure { try body(round) }) }
    times.sort()
    print("\(name): median \(times[50]), worst \(times[99])")
  }

  @Test func `a batch beside many live requests`() throws {
    let vault = try Fixture()
    defer { vault.engine.close() }
    let engine = vault.engine
    let size = liveRequests ?? 0
    for id in 1...size { engine.live.update(try request(id, isActive: id.isMultiple(of: 2))) }
    let middle = size / 2
    measure("a batch that changes nothing") { _ in
      engine.take(.begin)
      engine.take(.keep)
    }
    try measure("a grant begins") { round in
      engine.take(.begin)
      engine.live.update(try request(middle + 2 * round + 1, isActive: true))
      engine.take(.keep)
    }
    for end in [BatchStep.rollBack, .keep] {
      measure("16 requests end, then \(end)") { round in
        engine.take(.begin)
        for id in 0..<Int64(16) { engine.live.leave(middle - 16 * round - id) }
        engine.take(end)
      }
    }
    measure("a tick that finds nothing due") { _ in
      let due = engine.live.due(
        after: nil, lookingAt: .max, limit: 16, at: now, graceMilliseconds: 60_000)
      #expect(due.ended.isEmpty)
    }
    measure("a commit of a tick, disk included") { _ in
      vault.advance(1_000)
      _ = engine.commit(
        [Command(caller: vault.caller(Fixture.admin), action: .tick)], now: vault.now)
    }
  }
}
