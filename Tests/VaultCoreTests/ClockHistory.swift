import TestSupport
import VaultCore

/// A host's clocks, as a test sets them.
struct HostClocks {
  private(set) var reading: ClockReading

  init() { reading = ClockReading(wall: 1_800_000_000_000, boot: 5_000_000, bootID: Clock.boot) }

  /// Time passes, on both.
  mutating func pass(_ milliseconds: Int64) {
    reading.wall += milliseconds
    reading.boot += milliseconds
  }

  /// Somebody sets the wall clock.
  mutating func step(_ milliseconds: Int64) { reading.wall += milliseconds }

  mutating func set(_ wall: Int64) { reading.wall = wall }

  /// A virtual machine sleeps: the host's time passes, and its own does not.
  mutating func sleep(_ milliseconds: Int64) { reading.wall += milliseconds }

  /// Another boot, with what its RTC says.
  mutating func reboot(off milliseconds: Int64, rtc: Int64? = nil) {
    reading.wall = rtc ?? reading.wall + milliseconds
    reading.boot = 20_000
    reading.bootID = BootID(high: reading.bootID.high &+ 2, low: reading.bootID.low)
  }
}

/// A seeded history of looks at clocks that are set, stepped, rebooted and resumed.
struct ClockHistory {
  let seed: UInt64
  private var random: SeededRandom
  private var host = HostClocks()
  /// Where a test wants to go back to: the offset before the last step.
  private var stepped: Int64 = 0

  init(seed: UInt64) {
    self.seed = seed
    random = SeededRandom(seed: seed)
  }

  static let distances: [Int64] = [
    60_000, 290_000, 310_000, 3_600_000, 7_200_000, 86_400_000, 6 * 86_400_000,
    8 * 86_400_000, 365 * 86_400_000,
  ]

  private mutating func distance() -> Int64 {
    let distance = Self.distances[random.below(Self.distances.count)]
    return random.flag() ? distance : -distance
  }

  /// The clocks at the next look.
  mutating func next() -> ClockReading {
    switch random.below(24) {
    case 0..<8: host.pass(Int64(random.below(2_000)))
    case 8..<13: host.pass(Int64(random.below(600_000)))
    case 13: host.pass(900_000)
    case 14: host.pass(Int64(random.below(40)) * 3_600_000)
    case 15, 16:
      stepped = distance()
      host.step(stepped)
    case 17, 18:
      // Back to where it was.
      host.step(-stepped)
      stepped = 0
    case 19: host.sleep(abs(distance()))
    case 20: host.reboot(off: Int64(random.below(600_000)) + 10_000)
    case 21: host.reboot(off: abs(distance()))
    case 22: host.reboot(off: 0, rtc: random.flag() ? 0 : host.reading.wall + distance())
    default: host.set(1_800_000_000_000 + Int64(random.below(400)) * 3_600_000)
    }
    // Two clocks are read one after the other.
    var seen = host.reading
    seen.wall += Int64(random.below(900)) - 450
    return seen
  }
}
