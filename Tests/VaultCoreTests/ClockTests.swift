import TestSupport
import Testing
import VaultCore

@Suite struct `Timestamps` {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
      (951_782_400_000, "2000-02-29T00:00:00.000Z"), (951_868_799_999, "2000-02-29T23:59:59.999Z"),
      (1_709_164_800_123, "2024-02-29T00:00:00.123Z"),
      (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
      (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
      (1_767_225_599_999, "2025-12-31T23:59:59.999Z"),
      (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
      (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ] as [(Int64, String)])
  func `a moment has one text`(milliseconds: Int64, text: String) {
    #expect(Timestamp.text(milliseconds: milliseconds) == text)
    #expect(Timestamp.milliseconds(text) == milliseconds)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `every moment of the years 0 to 9999 comes back from its text`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<2_000 {
      let moment = Int64.random(in: -62_167_219_200_000...253_402_300_799_999, using: &random)
      let text = Timestamp.text(milliseconds: moment)
      #expect(Timestamp.milliseconds(text) == moment, "seed \(seed): \(moment) \(text)")
    }
  }

  @Test func `each day of four centuries follows the day before`() {
    var day: Int64 = 946_684_800_000
    var expected = (year: 2000, month: 1, day: 1)
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    for _ in 0..<146_097 {
      let wanted =
        "\(expected.year)-\(two(expected.month))-\(two(expected.day))T00:00:00.000Z"
      guard Timestamp.text(milliseconds: day) == wanted else {
        Issue.record("\(Timestamp.text(milliseconds: day)) is not \(wanted)")
        return
      }
      let leap =
        expected.year % 4 == 0 && (expected.year % 100 != 0 || expected.year % 400 == 0)
      expected.day += 1
      if expected.day > lengths[expected.month - 1] + (leap && expected.month == 2 ? 1 : 0) {
        expected = (expected.year, expected.month + 1, 1)
      }
      if expected.month > 12 { expected = (expected.year + 1, 1, 1) }
      day += 86_400_000
    }
    #expect(expected == (2400, 1, 1))
  }

  @Test(arguments: [
    "", "2026-01-31", "2026-01-31T12:34:56Z", "2026-01-31T12:34:56.78Z",
    "2026-01-31T12:34:56.7890Z", "2026-01-31t12:34:56.789Z", "2026-01-31T12:34:56.789z",
    "2026-01-31 12:34:56.789Z", "2026-01-31T12:34:56.789+00:00", "2026-01-31T12:34:56,789Z",
    "2025-02-29T00:00:00.000Z", "2100-02-29T00:00:00.000Z", "2026-04-31T00:00:00.000Z",
    "2026-00-01T00:00:00.000Z", "2026-13-01T00:00:00.000Z", "2026-01-00T00:00:00.000Z",
    "2026-01-32T00:00:00.000Z", "2026-01-01T24:00:00.000Z", "2026-01-01T00:60:00.000Z",
    "2026-12-31T23:59:60.000Z", "+026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.-00Z",
    " 2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z\n", "２026-01-01T00:00:00.00Z",
  ])
  func `another form, or a day that never was, is no timestamp`(text: String) {
    #expect(Timestamp.milliseconds(text) == nil)
  }

  @Test(arguments: [Int64.min, .min + 1, -1, .max - 1, .max])
  func `the ends of the number range have a text too`(milliseconds: Int64) {
    #expect(Timestamp.text(milliseconds: milliseconds).hasSuffix("Z"))
    #expect(!Timestamp.text(milliseconds: milliseconds).dropLast(18).isEmpty)
  }

  private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

@Suite struct `Deadlines` {
  static let end = Deadline(after: 1_000, from: Clock.start)

  @Test(
    arguments: [
      // wall clock, boot clock (both from the start), the same boot, reached
      (999, 999, true, false), (1_000, 999, true, true), (999, 1_000, true, true),
      (1_000, 1_000, true, true), (-86_400_000, 1_000, true, true), (-86_400_000, 999, true, false),
      (999, 0, false, false), (999, 1_000_000, false, false), (1_000, 0, false, true),
    ] as [(Int64, Int64, Bool, Bool)])
  func `an end is reached when either clock says so, and the boot clock only within its boot`(
    wall: Int64, boot: Int64, sameBoot: Bool, reached: Bool
  ) {
    let now = Moment(
      wall: Clock.start.wall + wall, boot: Clock.start.boot + boot,
      bootID: sameBoot ? Clock.boot : Clock.nextBoot)
    #expect(Self.end.isReached(at: now) == reached)
  }

  @Test func `a boot id is both of its words`() {
    for other in [BootID(high: 1, low: 3), BootID(high: 2, low: 2)] {
      let now = Moment(wall: Clock.start.wall, boot: .max, bootID: other)
      #expect(!Self.end.isReached(at: now))
    }
  }

  @Test func `an end beyond the number range lies at its edge`() {
    #expect(Deadline(after: .max, from: Clock.start).at.wall == .max)
    #expect(Deadline(after: .max, from: Clock.start).at.boot == .max)
    let early = Moment(wall: .min + 1, boot: .min + 1, bootID: Clock.boot)
    #expect(Deadline(after: -10, from: early).at.wall == .min)
  }
}
