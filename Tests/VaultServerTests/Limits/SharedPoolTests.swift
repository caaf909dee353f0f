import Promises
import Testing
import VaultCore

@testable import VaultServer

struct SharedPoolTests {
  private func lane(_ uid: Int) -> Lane { .subject(.account(UInt32(uid))) }

  @Test(.promise(.halfOfTheConnections))
  func `nobody has more than their part, nor more than half of what the others leave`() {
    var pool = SharedPool(total: 4_096, part: 1_024)
    var had: [Int] = []
    for uid in 1...12 {
      var count = 0
      while pool.take(1, lane(uid)) { count += 1 }
      had.append(count)
      #expect(count <= 1_024)
    }
    // However many are greedy, whoever comes next has something; and those who have are not the first alone.
    #expect(had.prefix(3) == [1_024, 1_024, 1_024])
    #expect(had.allSatisfy { $0 > 0 }, "\(had)")
    #expect(pool.used <= 4_096)
  }

  @Test func `there is no more than there is, whoever comes`() {
    var pool = SharedPool(total: 3, part: 3)
    for uid in 1...3 { holds(pool.take(1, lane(uid))) }
    for uid in 1...4 { holds(!pool.take(1, lane(uid))) }
    pool.give(1, lane(2))
    holds(pool.take(1, lane(4)))
    holds(!pool.take(1, lane(5)))
  }

  @Test(arguments: 1...50)
  func `what was given back can be taken again, and the sums add up`(seed: Int) {
    var pool = SharedPool(total: 100, part: 40)
    var held: [Int: Int] = [:]
    var state = UInt64(seed)
    func random(_ below: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % below
    }
    for _ in 0..<500 {
      let uid = random(5)
      let count = 1 + random(9)
      if random(2) == 0 {
        if pool.take(count, lane(uid)) { held[uid, default: 0] += count }
      } else if held[uid, default: 0] >= count {
        pool.give(count, lane(uid))
        held[uid, default: 0] -= count
      }
      #expect(pool.used == held.values.reduce(0, +), "seed \(seed)")
      for (uid, count) in held {
        #expect(pool.used(by: lane(uid)) == count, "seed \(seed)")
        #expect(count <= 40, "seed \(seed)")
      }
    }
    for (uid, count) in held { pool.give(count, lane(uid)) }
    #expect(pool.used == 0)
    holds(pool.take(40, lane(99)))
  }
}

/// What a call that changes its object has answered: `#expect` takes no such call.
private func holds(_ answer: Bool, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(answer, sourceLocation: sourceLocation)
}
