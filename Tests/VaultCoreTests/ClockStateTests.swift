import Promises
import TestSupport
import Testing
import VaultCore

/// What becomes of clocks that jump, one story a test.
@Suite struct `Clock states` {
  static let minute: Int64 = 60_000
  static let hour: Int64 = 3_600_000
  static let day: Int64 = 86_400_000

  /// A vault that looks at a host's clocks.
  private struct Story {
    var host = HostClocks()
    var state: ClockState
    private(set) var steps = 0

    init() { state = ClockState(adopting: host.reading) }

    @discardableResult
    mutating func look() -> Moment {
      let look = state.looked(at: host.reading)
      state = look.state
      if look.step != nil { steps += 1 }
      return look.moment
    }

    /// Time passes, with a look each second as the daemon has.
    mutating func watch(_ milliseconds: Int64) -> Moment {
      for _ in 0..<(milliseconds / 1_000) {
        host.pass(1_000)
        look()
      }
      return look()
    }
  }

  @Test(.promise(.wallOnTrial))
  func `clocks: a second ahead ends nothing and leaves nothing behind`() {
    var story = Story()
    let end = Deadline(after: Self.hour, from: story.look())
    story.host.step(Self.day)
    let ahead = story.look()
    #expect(end.standing(at: ahead) == .disputed)
    #expect(ahead.adopted == ahead.wall - Self.day)
    story.host.pass(1_000)
    story.host.step(-Self.day)
    let back = story.look()
    #expect(end.standing(at: back) == .ahead)
    #expect(back.doubt == nil)
    #expect(story.state.highest == back.wall)
    #expect(story.steps == 0)
  }

  @Test(.promise(.wallOnTrial))
  func `clocks: a wall is adopted once it has stood for 15 minutes of CLOCK_BOOTTIME`() {
    var story = Story()
    let end = Deadline(after: Self.hour, from: story.look())
    story.host.step(Self.day)
    story.look()
    let last = story.watch(15 * Self.minute - 1_000)
    #expect(end.standing(at: last) == .disputed)
    #expect(last.doubt?.trial?.left == 1_000)
    #expect(last.doubt?.trial?.began == Clock.start.wall + Self.day)
    let adopted = story.watch(1_000)
    #expect(adopted.adopted == adopted.wall)
    #expect(adopted.doubt == nil)
    #expect(end.standing(at: adopted) == .reached)
    #expect(story.steps == 1)
  }

  @Test(.promise(.wallOnTrial))
  func `clocks: each second that a wall moves on begins its trial anew`() {
    var story = Story()
    for _ in 0..<2_000 {
      story.host.pass(1_000)
      story.host.step(3_000)
      story.look()
    }
    #expect(story.look().adopted == Clock.start.wall + 2_000_000)
    #expect(story.state.highest == Clock.start.wall)
  }

  @Test(.promise(.wallOnTrial), arguments: [1, -1] as [Int64])
  func `clocks: a slew of 0.1 % is followed for a month, and one of 1 % is not for an hour`(
    sign: Int64
  ) {
    var story = Story()
    for _ in 0..<4_320 {
      story.host.pass(10 * Self.minute)
      story.host.step(sign * 600)
      #expect(story.look().doubt == nil)
    }
    var last = story.look()
    for _ in 0..<3_600 where last.doubt == nil {
      story.host.pass(1_000)
      story.host.step(sign * 10)
      last = story.look()
    }
    #expect(last.doubt?.kind == .trial)
  }

  @Test(.promise(.wallOnTrial))
  func `clocks: steps of less than two seconds add up to no more than that`() {
    var story = Story()
    for _ in 0..<100 {
      story.host.pass(1_000)
      story.host.step(1_900)
      story.look()
    }
    let now = story.look()
    #expect(now.doubt != nil)
    #expect((now.adopted ?? 0) <= Clock.start.wall + 100_000 + 2_100)
  }

  @Test(.promise(.wallOnTrial), arguments: [0, 1, 7 * day] as [Int64])
  func `clocks: a boot within seven days of the last adopted wall is believed at once`(off: Int64) {
    var story = Story()
    story.host.reboot(off: off)
    let now = story.look()
    #expect(now.adopted == now.wall)
    #expect(now.doubt == nil)
    #expect(story.steps == 0, "a boot as it should be is not worth a record")
  }

  @Test(.promise(.wallOnTrial))
  func `clocks: a boot outside of that stands 15 minutes and refuses what it says is over`() {
    for off in [7 * Self.day + 1, -1] {
      var story = Story()
      let end = Deadline(after: Self.hour, from: story.look())
      story.host.reboot(off: off)
      let booted = story.look()
      #expect(booted.adopted == nil)
      #expect(!booted.isBehind)
      #expect(end.standing(at: booted) == (off > 0 ? .disputed : .ahead))
      // What is made now lives by this boot's own time, and no longer in the next.
      let made = Deadline(after: Self.hour, from: booted)
      #expect(made.at.wall <= Clock.start.wall + Self.hour + booted.boot)
      let later = story.watch(15 * Self.minute)
      #expect(later.adopted == later.wall)
      #expect(made.standing(at: later) == .ahead)
      #expect(end.standing(at: later) == (off > 0 ? .reached : .ahead))
    }
  }

  @Test(.promise(.unknownTime))
  func `clocks: an RTC of 1970 is behind until NTP has set it, and then believed at once`() {
    var story = Story()
    let end = Deadline(after: Self.hour, from: story.look())
    story.host.reboot(off: 0, rtc: 0)
    #expect(story.look().isBehind)
    #expect(story.watch(5 * Self.minute).isBehind)
    story.host.set(Clock.start.wall + 10 * Self.minute)
    let now = story.look()
    #expect(now.adopted == now.wall)
    #expect(now.doubt == nil)
    #expect(end.standing(at: now) == .ahead)
    #expect(story.steps == 1)
  }

  @Test(.promise(.unknownTime))
  func `clocks: under an RTC of 1970 that was adopted, what an earlier boot made ends`() {
    var story = Story()
    let end = Deadline(after: Self.hour, from: story.look())
    story.host.reboot(off: 0, rtc: 0)
    story.look()
    let adopted = story.watch(15 * Self.minute)
    #expect(!adopted.isBehind)
    #expect(adopted.doubt?.kind == .earlier)
    #expect(end.standing(at: adopted) == .ahead)
    #expect(end.standing(at: story.watch(Self.hour)) == .reached)
    story.host.set(Clock.start.wall + 2 * Self.hour)
    #expect(story.look().doubt == nil, "NTP heals it at once")
  }

  @Test(.promise(.unknownTime))
  func `clocks: a healing is believed for seven days and no further`() {
    var story = Story()
    story.host.reboot(off: 0, rtc: 0)
    story.look()
    story.host.set(Clock.start.wall + 365 * Self.day)
    #expect(story.look().doubt?.kind == .trial)
    #expect(story.state.highest == Clock.start.wall)
  }

  @Test(.promise(.wallOnTrial))
  func `clocks: what was approved while ahead ends in the next boot as it should`() {
    var story = Story()
    story.host.step(365 * Self.day)
    let ahead = story.look()
    let end = Deadline(after: 8 * Self.hour, from: ahead)
    #expect(end.standing(at: ahead) == .ahead, "within the boot CLOCK_BOOTTIME counts")
    story.host.pass(1_000)
    story.host.step(-365 * Self.day)
    #expect(end.standing(at: story.look()) == .ahead)
    story.host.reboot(off: 8 * Self.hour - 1_001)
    #expect(end.standing(at: story.look()) == .ahead)
    story.host.pass(1)
    #expect(end.standing(at: story.look()) == .reached)
  }

  @Test(.promise(.setBackProlongsNothing))
  func `clocks: a clock set back within a boot neither ends nor prolongs anything`() {
    var story = Story()
    let before = Deadline(after: Self.hour, from: story.look())
    story.host.step(-2 * Self.hour)
    let made = Deadline(after: Self.hour, from: story.look())
    for deadline in [before, made] {
      #expect(deadline.standing(at: story.look()) == .ahead)
    }
    let adopted = story.watch(15 * Self.minute)
    #expect(adopted.adopted == adopted.wall)
    for deadline in [before, made] { #expect(deadline.standing(at: adopted) == .ahead) }
    let last = story.watch(45 * Self.minute - 1_000)
    for deadline in [before, made] { #expect(deadline.standing(at: last) == .ahead) }
    let over = story.watch(1_000)
    for deadline in [before, made] { #expect(deadline.standing(at: over) == .reached) }
    #expect(over.doubt?.kind == .earlier)
  }

  @Test(.promise(.unknownTime))
  func `clocks: after a machine was resumed, what is over is refused, then ends`() {
    var story = Story()
    let end = Deadline(after: Self.hour, from: story.look())
    story.host.sleep(3 * Self.hour)
    let resumed = story.look()
    #expect(end.standing(at: resumed) == .disputed)
    let made = Deadline(after: Self.hour, from: resumed)
    #expect(made.standing(at: story.look()) == .ahead, "what is asked for now is not over")
    let adopted = story.watch(15 * Self.minute)
    #expect(end.standing(at: adopted) == .reached)
    #expect(made.standing(at: adopted) == .ahead)
    #expect(made.standing(at: story.watch(45 * Self.minute)) == .reached)
  }

  @Test func `clocks: a wait is over when every clock says so`() {
    var story = Story()
    let wait = Wait(of: 10 * Self.minute, from: story.look())
    story.host.step(Self.day)
    #expect(!wait.isOver(at: story.look()))
    story.host.step(-Self.day)
    #expect(!wait.isOver(at: story.watch(10 * Self.minute - 1_000)))
    #expect(wait.isOver(at: story.watch(1_000)))
    story.host.step(-Self.hour)
    #expect(!wait.isOver(at: story.look()))
    // Made while the clock was behind, it does not end by the reboot that mends it.
    let second = Wait(of: 10 * Self.minute, from: story.look())
    story.host.reboot(off: Self.hour + 1_000)
    #expect(!second.isOver(at: story.look()))
    #expect(second.isOver(at: story.watch(10 * Self.minute)))
  }

  @Test func `clocks: a look is stored when it is news, and the highest wall once a minute`() {
    var story = Story()
    let stored = story.state
    story.host.pass(59_999)
    story.look()
    #expect(!story.state.isWorthStoring(after: stored))
    story.host.pass(1)
    story.look()
    #expect(story.state.isWorthStoring(after: stored))
    var last = story.state
    let changes: [(inout HostClocks) -> Void] = [
      { $0.step(Self.day) }, { $0.step(Self.hour) }, { $0.step(-Self.day - Self.hour) },
      { $0.reboot(off: 1) },
    ]
    for change in changes {
      change(&story.host)
      story.host.pass(10)
      story.look()
      #expect(story.state.isWorthStoring(after: last))
      #expect(!story.state.isWorthStoring(after: story.state))
      last = story.state
    }
  }

  @Test(.promise(.wallOnTrial), arguments: [1, 2, 3] as [UInt64])
  func `clocks: no reading stops the state machine, and none raises what it did not adopt`(
    seed: UInt64
  ) {
    var random = SeededRandom(seed: seed)
    var state = ClockState(adopting: random.reading())
    for _ in 0..<5_000 {
      var reading = random.reading()
      if random.flag() { reading.bootID = state.bootID }
      let look = state.looked(at: reading)
      #expect(look.state.highest == state.highest || look.moment.adopted == reading.wall)
      #expect(look.state.highest >= state.highest)
      _ = look.moment.doubt?.sentence
      _ = Deadline(after: random.integer(), from: look.moment).standing(at: look.moment)
      state = look.state
    }
  }
}
