import VaultCore

/// The rules of the clock, told slowly: each question is answered from the whole history.
///
/// It knows walls that are the same but for a second of noise, and walls that differ by a minute or more; what
/// lies between is slewing, which has tests of its own.
struct ClockModel {
  /// What was seen at one look, and what became of it.
  struct Look {
    let reading: ClockReading
    /// The wall that the vault goes by; nil where this boot has adopted none.
    var adopted: Int64?
    /// Whether that is the wall that is shown.
    var isFollowed: Bool
    /// When the trial of what is shown began, in milliseconds since boot.
    var trialSince: Int64?
  }

  static let minute: Int64 = 60_000
  static let day: Int64 = 86_400_000

  private(set) var looks: [Look]

  init(adopting reading: ClockReading) {
    looks = [Look(reading: reading, adopted: reading.wall, isFollowed: true, trialSince: nil)]
  }

  private func offset(_ reading: ClockReading) -> Int64 { reading.wall - reading.boot }

  private func isNear(_ one: ClockReading, _ other: ClockReading) -> Bool {
    abs(offset(one) - offset(other)) < 10_000
  }

  /// The looks of this boot, the latest first.
  private func boot(of reading: ClockReading) -> [Look] {
    looks.reversed().prefix { $0.reading.bootID == reading.bootID }.map { $0 }
  }

  /// The look at which the highest wall was adopted; of several the latest.
  private func highestLook(upTo index: Int) -> Look {
    looks[...index].filter(\.isFollowed).reduce(looks[0]) {
      $1.reading.wall >= $0.reading.wall ? $1 : $0
    }
  }

  func highest(at index: Int) -> Int64 { highestLook(upTo: index).reading.wall }

  /// The highest wall and what has passed since, as far as this boot knows.
  func least(at index: Int) -> Int64 {
    let found = highestLook(upTo: index).reading
    let now = looks[index].reading
    return found.wall + (found.bootID == now.bootID ? now.boot - found.boot : now.boot)
  }

  mutating func look(_ reading: ClockReading) {
    let before = boot(of: reading)
    let lastAdopted = before.first { $0.isFollowed }
    func adopt() {
      looks.append(
        Look(reading: reading, adopted: reading.wall, isFollowed: true, trialSince: nil))
    }
    if let lastAdopted, isNear(lastAdopted.reading, reading) { return adopt() }

    let top = highest(at: looks.count - 1)
    let adopted = lastAdopted.map { offset($0.reading) + reading.boot }
    // What the vault went by until now, or saw and could not go by.
    let earlier = adopted ?? before.first.map { offset($0.reading) + reading.boot }
    let wasBehind = earlier.map { $0 < top - 5 * Self.minute } ?? false
    if reading.wall <= top + 7 * Self.day {
      if adopted == nil && reading.wall >= top && !wasBehind { return adopt() }
      if wasBehind && reading.wall >= top - 5 * Self.minute { return adopt() }
    }

    // The unbroken row of looks at this wall on trial that ends here.
    let row = before.prefix { !$0.isFollowed && isNear($0.reading, reading) }
    let since = row.last?.reading.boot ?? reading.boot
    if reading.boot - since >= 15 * Self.minute { return adopt() }
    looks.append(
      Look(reading: reading, adopted: adopted, isFollowed: false, trialSince: since))
  }

  /// Where an end stands at one look that was made at another and lies `ttl` behind it.
  func standing(made: Int, ttl: Int64, at index: Int) -> Deadline.Standing {
    let (then, now) = (looks[made], looks[index])
    let low = min(then.reading.wall, then.adopted ?? least(at: made)) + ttl
    if then.reading.bootID == now.reading.bootID {
      if now.reading.boot >= then.reading.boot + ttl { return .reached }
      let isShown = now.reading.wall >= then.reading.wall + ttl
      if let adopted = now.adopted, adopted >= low, isShown { return .reached }
      return isShown ? .disputed : .ahead
    }
    if let adopted = now.adopted, adopted >= low || least(at: index) >= low { return .reached }
    return now.reading.wall >= low ? .disputed : .ahead
  }

  /// Whether a wait is over.
  func isOver(made: Int, wait: Int64, at index: Int) -> Bool {
    let (then, now) = (looks[made], looks[index])
    let high = max(then.reading.wall, then.adopted ?? then.reading.wall) + wait
    if then.reading.bootID == now.reading.bootID, now.reading.boot < then.reading.boot + wait {
      return false
    }
    return now.reading.wall >= high && (now.adopted ?? high) >= high
  }

  func isBehind(at index: Int) -> Bool {
    looks[index].adopted == nil
      && looks[index].reading.wall < highest(at: index) - 5 * Self.minute
  }
}
