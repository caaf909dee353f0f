import Promises
import Testing

@testable import VaultCore

/// Single conditions of the clock's rules, each at its edge.
@Suite struct `Clock states, at their edges` {
  private static let minute: Int64 = 60_000
  private static let hour: Int64 = 3_600_000
  private static let day: Int64 = 86_400_000

  /// A vault that looks at a host's clocks.
  private struct Story {
    var host = HostClocks()
    var state: ClockState

    init() { state = ClockState(adopting: host.reading) }

    @discardableResult
    mutating func look() -> Moment {
      let look = state.looked(at: host.reading)
      state = look.state
      return look.moment
    }

    /// Time passes, with a look each second as the daemon has.
    @discardableResult
    mutating func watch(_ milliseconds: Int64) -> Moment {
      for _ in 0..<(milliseconds / 1_000) {
        host.pass(1_000)
        look()
      }
      return look()
    }

    /// CLOCK_BOOTTIME goes back, as for whoever is moved to another time namespace.
    mutating func goBack(_ milliseconds: Int64) { host.pass(-milliseconds) }
  }

  @Test(.promise(.wallOnTrial))
  func `clocks: no wall ends a wait before its time, once it is adopted either`() {
    var story = Story()
    let wait = Wait(of: Self.hour, from: story.look())
    story.host.step(Self.day)
    story.look()
    let adopted = story.watch(15 * Self.minute)
    #expect(adopted.adopted == adopted.wall, "every wall says that it is over")
    #expect(!wait.isOver(at: adopted))
    #expect(!wait.isOver(at: story.watch(45 * Self.minute - 1_000)))
    #expect(wait.isOver(at: story.watch(1_000)))
  }

  @Test func `clocks: of two ends of different boots the wall says which comes first`() {
    var story = Story()
    let first = Deadline(after: Self.hour, from: story.look())
    story.host.reboot(off: Self.minute)
    let second = Deadline(after: Self.hour, from: story.look())
    #expect(second.at.boot < first.at.boot, "each boot counts from its own start")
    #expect(first.earlier(second) == first && second.earlier(first) == first)
    #expect(first.later(second) == second && second.later(first) == second)
  }

  @Test func `clocks: of two ends of one boot CLOCK_BOOTTIME says which comes first`() {
    var story = Story()
    let first = Deadline(after: Self.hour, from: story.look())
    story.host.pass(Self.minute)
    story.host.step(-Self.day)
    let second = Deadline(after: Self.hour, from: story.look())
    #expect(second.at.wall < first.at.wall)
    #expect(first.earlier(second) == first && first.later(second) == second)
  }

  @Test(.promise(.setBackProlongsNothing))
  func `clocks: an end that is made while the wall is set back is that wall's`() {
    var story = Story()
    story.look()
    story.host.step(-2 * Self.hour)
    let back = story.look()
    #expect(back.adopted == back.wall + 2 * Self.hour)
    #expect(Deadline(after: Self.hour, from: back).at.wall == back.wall + Self.hour)
  }

  @Test(.promise(.wallOnTrial))
  func `clocks: a boot that has adopted no wall counts from the highest on, from its start`() {
    var story = Story()
    story.host.reboot(off: 8 * Self.day)
    story.host.pass(10 * Self.minute)
    let booted = story.look()
    #expect(booted.adopted == nil)
    #expect(
      Deadline(after: Self.hour, from: booted).at.wall
        == Clock.start.wall + booted.boot + Self.hour)
  }

  @Test(
    .promise(.unknownTime),
    arguments: [(5 * minute, true), (5 * minute + 1, false)] as [(Int64, Bool)])
  func `clocks: a healing may lie five minutes behind the highest wall, and no further`(
    behind: Int64, isBelieved: Bool
  ) {
    var story = Story()
    story.host.reboot(off: 0, rtc: 0)
    #expect(story.look().isBehind)
    story.host.set(Clock.start.wall - behind)
    #expect((story.look().adopted != nil) == isBelieved)
  }

  @Test func `clocks: a CLOCK_BOOTTIME that goes back moves no offset`() {
    var story = Story()
    story.look()
    story.goBack(Self.hour)
    let now = story.look()
    #expect(now.adopted == now.wall)
    #expect(now.doubt?.trial == nil)
  }

  @Test(.promise(.wallOnTrial))
  func `clocks: a trial that began behind a CLOCK_BOOTTIME which went back begins anew`() {
    var story = Story()
    story.host.step(Self.day)
    story.look()
    story.goBack(4 * Self.minute)
    #expect(story.look().doubt?.trial?.left == 15 * Self.minute)
    let adopted = story.watch(15 * Self.minute)
    #expect(adopted.adopted == adopted.wall)
  }

  @Test func `clocks: that a clock is no longer behind is news, though its trial is the same`() {
    func doubt(isBehind: Bool) -> ClockDoubt {
      ClockDoubt(
        shown: 5, adopted: nil, highest: 1_000, isBehind: isBehind,
        trial: ClockDoubt.Trial(began: 5, left: 7))
    }
    #expect(doubt(isBehind: true).isNews(after: nil))
    #expect(doubt(isBehind: false).isNews(after: doubt(isBehind: true)))
    #expect(!doubt(isBehind: true).isNews(after: doubt(isBehind: true)))
  }
}
