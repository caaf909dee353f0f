import Promises
import Testing
import VaultCore

@testable import VaultEngine

/// Whole queues, drawn from a seed, beside a slow model that looks at everybody for each answer.
@Suite struct TurnOrderTests {
  @Test(.promise(.orderOfApprovals), arguments: UInt64(1)...20)
  func `turns: 200 queues with restarts, absences and edits go as the slow one does`(
    block: UInt64
  ) throws {
    var seen = Tally()
    for seed in (block * 10 - 9)...(block * 10) {
      var race = try Race(seed: seed)
      for step in 0..<100 { try race.step("seed \(seed), step \(step)") }
      seen.add(race.tally)
    }
    // Queues in which nothing happens show nothing.
    #expect(seen.activated > 50 && seen.parked > 50 && seen.edits > 5 && seen.restarts > 5)
    #expect(seen.unanswered > 2 && seen.abandoned > 0, "\(seen)")
  }
}

struct Tally {
  var activated = 0
  var parked = 0
  var edits = 0
  var restarts = 0
  var unanswered = 0
  var abandoned = 0

  mutating func add(_ other: Tally) {
    activated += other.activated
    parked += other.parked
    edits += other.edits
    restarts += other.restarts
    unanswered += other.unanswered
    abandoned += other.abandoned
  }
}
