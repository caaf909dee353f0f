import Promises
import TestSupport
import Testing
import VaultCore

@testable import VaultServer

@Suite struct `What waits for its lane's turn` {
  /// The same, slowly: pairs in the order of coming, and the lanes in the order of their turns.
  private struct Model {
    var waiting: [(lane: Lane, element: Int)] = []
    var turns: [Lane] = []

    mutating func append(_ element: Int, _ lane: Lane) {
      if !waiting.contains(where: { $0.lane == lane }) { turns.append(lane) }
      waiting.append((lane, element))
    }

    mutating func takeTurn(atMost count: Int) -> [Int] {
      guard !turns.isEmpty else { return [] }
      let lane = turns.removeFirst()
      var taken: [Int] = []
      while taken.count < count, let at = waiting.firstIndex(where: { $0.lane == lane }) {
        taken.append(waiting.remove(at: at).element)
      }
      if waiting.contains(where: { $0.lane == lane }) { turns.append(lane) }
      return taken
    }
  }

  @Test(.promise(.lanesTakeTurns), arguments: 0..<40)
  func `leaves in turns, and within a lane in order, as a slow and obvious model says`(seed: UInt64)
  {
    var random = SeededRandom(seed: seed)
    var turns = LaneTurns<Int>()
    var model = Model()
    let lanes: [Lane] = (0..<5).map { .subject(.account($0)) } + [.strangers, .vault]
    for element in 0..<600 {
      let lane = lanes[random.below(lanes.count)]
      if random.below(5) < 3 {
        turns.append(element, lane)
        model.append(element, lane)
      } else {
        let most = random.below(4) + 1
        var taken: [Int] = []
        turns.takeTurn { element in
          taken.append(element)
          return taken.count < most
        }
        #expect(taken == model.takeTurn(atMost: most), "seed \(seed), element \(element)")
      }
      #expect(turns.isEmpty == model.waiting.isEmpty)
      #expect(turns.count(of: lane) == model.waiting.count { $0.lane == lane })
    }
    while !model.waiting.isEmpty { #expect(turns.next() == model.takeTurn(atMost: 1).first) }
    #expect(turns.next() == nil && turns.isEmpty)
  }
}
