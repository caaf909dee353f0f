import Promises
import TestSupport
import Testing
import VaultCore

/// The queue of an exclusive environment, beside a slow one that is plain to see.
@Suite struct TurnQueueTests {
  /// Everybody in one list, in no order; each answer is looked for among all of them.
  private struct SlowQueue {
    var standing: [TurnQueue.Place] = []
    var expected: [(place: TurnQueue.Place, until: Int64)] = []

    func present(at now: Moment) -> [TurnQueue.Place] {
      standing + expected.filter { now.wall < $0.until }.map(\.place)
    }

    func next(holder: Int64?, at now: Moment) -> TurnQueue.Place? {
      if holder != nil { return nil }
      var best: TurnQueue.Place?
      for place in present(at: now) {
        guard let known = best else {
          best = place
          continue
        }
        if place.number < known.number
          || (place.number == known.number && place.request < known.request)
        {
          best = place
        }
      }
      return best
    }

    func before(_ place: TurnQueue.Place, at now: Moment) -> Int {
      present(at: now).count {
        $0.number < place.number
          || ($0.number == place.number && $0.request < place.request)
      }
    }
  }

  @Test(.promise(.orderOfApprovals), arguments: UInt64(1)...200)
  func `turns: whoever may go is the first of those present, in 200 queues as in a slow one`(
    seed: UInt64
  ) {
    var random = SeededRandom(seed: seed)
    var queue = TurnQueue()
    var slow = SlowQueue()
    var now = Clock.start
    let deadline = Deadline(after: 60_000, from: now)
    func place() -> TurnQueue.Place {
      TurnQueue.Place(number: Int64(random.below(12)), request: Int64(random.below(12)))
    }
    for _ in 0..<random.below(6) {
      let back = place()
      queue.expect(back, until: deadline)
      if !slow.expected.contains(where: { $0.place == back }) {
        slow.expected.append((back, now.wall + 60_000))
      }
    }
    for step in 0..<80 {
      now = Clock.after(now.wall - Clock.start.wall + Int64(random.below(3_000)))
      let some = place()
      switch random.below(3) {
      case 0, 1:
        queue.stand(some)
        slow.expected.removeAll { $0.place == some }
        if !slow.standing.contains(some) { slow.standing.append(some) }
      default:
        queue.leave(some)
        slow.expected.removeAll { $0.place == some }
        slow.standing.removeAll { $0 == some }
      }
      let holder: Int64? = random.below(4) == 0 ? 99 : nil
      let seen = "seed \(seed), step \(step)"
      #expect(queue.next(holder: holder, at: now) == slow.next(holder: holder, at: now), "\(seen)")
      let asker = place()
      #expect(
        queue.mayGo(asker, holder: holder, at: now)
          == (holder == nil && slow.before(asker, at: now) == 0), "\(seen)")
      _ = queue.expire(at: now)
      #expect(queue.before(asker) == slow.before(asker, at: now), "\(seen)")
      #expect(queue.isEmpty == slow.present(at: now).isEmpty, "\(seen)")
    }
  }

  @Test(.promise(.orderOfApprovals))
  func `turns: whoever is expected after a restart counts for a minute, and no longer`() {
    var queue = TurnQueue()
    let first = TurnQueue.Place(number: 1, request: 9)
    let second = TurnQueue.Place(number: 2, request: 3)
    queue.expect(first, until: Deadline(after: 60_000, from: Clock.start))
    queue.stand(second)
    #expect(queue.next(holder: nil, at: Clock.after(59_999)) == first)
    #expect(!queue.mayGo(second, holder: nil, at: Clock.after(59_999)))
    #expect(queue.mayGo(second, holder: nil, at: Clock.after(60_000)))
    #expect(!queue.expire(at: Clock.after(59_999)) && queue.before(second) == 1)
    #expect(queue.expire(at: Clock.after(60_000)) && queue.before(second) == 0)
  }
}
