import Promises
import Testing
import VaultCore

/// The state machine of the clock against its rules, told slowly.
@Suite struct `Clocks, against a slow model` {
  static let lives: [Int64] = [1_000, 60_000, 3_600_000, 28_800_000, 86_400_000]

  @Test(.promise(.wallOnTrial), arguments: 1...40 as ClosedRange<UInt64>)
  func `clocks: what is adopted, on trial and highest is what the rules say`(seed: UInt64) {
    for round in 0..<10 {
      var history = ClockHistory(seed: seed * 1_000 + UInt64(round))
      let first = history.next()
      var model = ClockModel(adopting: first)
      var state = ClockState(adopting: first)
      for step in 0..<120 {
        let reading = history.next()
        model.look(reading)
        let look = state.looked(at: reading)
        state = look.state
        let expected = model.looks[model.looks.count - 1]
        let place = "seed \(history.seed) step \(step)"
        let isNear = near(look.moment.adopted, expected.adopted)
        #expect(isNear, "\(place): \(look.moment.adopted ?? -1), not \(expected.adopted ?? -1)")
        #expect(state.trial?.since == expected.trialSince, "\(place)")
        #expect(state.highest == model.highest(at: model.looks.count - 1), "\(place)")
        #expect(look.moment.isBehind == model.isBehind(at: model.looks.count - 1), "\(place)")
        // Nobody is refused for a doubt that nobody is told.
        #expect((look.moment.doubt == nil) <= (expected.trialSince == nil), "\(place)")
        guard isNear, state.trial?.since == expected.trialSince else { return }
      }
    }
  }

  @Test(.promise(.wallOnTrial))
  func `clocks: every end and every wait of a history stands where the rules say`() {
    var tally: [Deadline.Standing: Int] = [:]
    for seed in 1...20 as ClosedRange<UInt64> {
      var history = ClockHistory(seed: seed)
      let first = history.next()
      var model = ClockModel(adopting: first)
      var state = ClockState(adopting: first)
      var moments = [state.looked(at: first).moment]
      for _ in 0..<60 {
        let reading = history.next()
        model.look(reading)
        let look = state.looked(at: reading)
        state = look.state
        moments.append(look.moment)
      }
      for made in moments.indices {
        for life in Self.lives {
          let end = Deadline(after: life, from: moments[made])
          let wait = Wait(of: life, from: moments[made])
          for now in made..<moments.count where isCertain(made, now, life, model) {
            let place = "seed \(seed): \(life) ms made at \(made), seen at \(now)"
            let expected = model.standing(made: made, ttl: life, at: now)
            #expect(end.standing(at: moments[now]) == expected, "\(place)")
            let isOver = model.isOver(made: made, wait: life, at: now)
            #expect(wait.isOver(at: moments[now]) == isOver, "\(place)")
            tally[expected, default: 0] += 1
          }
        }
      }
    }
    for standing in [Deadline.Standing.ahead, .disputed, .reached] {
      #expect(tally[standing, default: 0] > 1_000, "\(standing)")
    }
  }

  /// Whether no end lies within the noise of reading two clocks, where the model knows no better.
  private func isCertain(_ made: Int, _ now: Int, _ life: Int64, _ model: ClockModel) -> Bool {
    let (then, seen) = (model.looks[made], model.looks[now])
    let ends = [then.reading.wall, then.adopted, model.least(at: made)].compactMap { $0 }
    let walls = [seen.reading.wall, seen.adopted, model.least(at: now)].compactMap { $0 }
    return ends.allSatisfy { end in walls.allSatisfy { abs($0 - end - life) > 10_000 } }
  }

  private func near(_ one: Int64?, _ other: Int64?) -> Bool {
    guard let one, let other else { return one == nil && other == nil }
    return abs(one - other) < 10_000
  }
}

extension Bool {
  /// Whether the left implies the right.
  fileprivate static func <= (left: Bool, right: Bool) -> Bool { !left || right }
}
