import Promises
import Testing
import VaultCore

@testable import envgate

@Suite struct ConsoleTextTests {
  @Test(arguments: [
    ("1s", 1), ("90s", 90), ("10m", 600), ("24h", 86_400), ("7d", 604_800), ("007m", 420),
  ])
  func `a duration is a whole number with its unit`(text: String, seconds: Int64) {
    #expect(TimeSpan(argument: text)?.seconds == seconds)
  }

  @Test(arguments: [
    "", "s", "10", "0s", "-1s", "+1s", "1.5h", "1 h", "h1", "10w", "1h30m", "１s",
    "9223372036854775807s", "9223372036854775808s", "99999999999999999d",
  ])
  func `anything else is no duration`(text: String) {
    #expect(TimeSpan(argument: text) == nil)
  }

  @Test(
    arguments: [
      (0, "0s"), (-5, "0s"), (59, "59s"), (60, "1m"), (3_599, "59m"), (3_600, "1h"),
      (86_399, "23h"), (172_799, "47h"), (172_800, "2d"),
    ] as [(Int64, String)])
  func `a rough duration is rounded down in its largest unit`(seconds: Int64, text: String) {
    #expect(TimeSpan.rough(seconds: seconds) == text)
  }

  @Test(
    arguments: [
      (-1, "0s"), (59, "59s"), (60, "1m"), (89, "1m"), (90, "2m"), (3_569, "59m"), (3_570, "1h"),
      (5_399, "1h"), (5_400, "2h"), (28_799, "8h"), (86_399, "24h"), (86_400, "24h"),
      (170_999, "47h"), (171_000, "2d"), (215_999, "2d"), (216_000, "3d"), (604_799, "7d"),
    ] as [(Int64, String)])
  func `what lies ahead is rounded to the nearest unit`(seconds: Int64, text: String) {
    #expect(TimeSpan.nearest(seconds: seconds) == text)
    #expect(WallClock.ahead(seconds * 1_000 + 999, now: 0) == (seconds < 0 ? "now" : "in \(text)"))
  }

  @Test(.promise(.daemonTextIsOneLine))
  func `what could steer a terminal is made visible`() {
    #expect(PlainText.shown("a\u{1B}[31mb\nc\u{202E}d") == "a\\u{1B}[31mb\\u{A}c\\u{202E}d")
    #expect(PlainText.shown("grün \"x\"") == "grün \"x\"")
  }

  @Test func `a command is shown as a shell would take it`() {
    #expect(
      PlainText.command(["./deploy.sh", "a b", "", "it's", "--x=1", "$HOME"])
        == "./deploy.sh 'a b' '' 'it'\\''s' --x=1 '$HOME'")
    #expect(PlainText.command(["a\nb"]) == "\"a\\u{A}b\"")
  }

  @Test func `a person sees columns, a program sees tabs`() {
    var table = Table("NAME", "STATE", "WHO")
    table.add(.init("a"), .init("waiting", .waiting), .init("x"))
    table.add(.init("longer"), .init("ok"), .init("evil\u{1B}\ty"))
    #expect(
      table.lines(aligned: true, colours: false) == [
        "NAME    STATE    WHO",
        "a       waiting  x",
        "longer  ok       evil\\u{1B}\\u{9}y",
      ])
    #expect(
      table.lines(aligned: false, colours: false) == [
        "a\twaiting\tx", "longer\tok\tevil\\u{1B}\\u{9}y",
      ])
  }

  @Test func `colours do not move a column`() {
    var table = Table("NAME", "STATE", "WHO")
    table.add(.init("a"), .init("waiting", .waiting), .init("x"))
    #expect(
      table.lines(aligned: true, colours: true) == [
        "\u{1B}[1mNAME\u{1B}[0m  \u{1B}[1mSTATE\u{1B}[0m    \u{1B}[1mWHO\u{1B}[0m",
        "a     \u{1B}[33mwaiting\u{1B}[0m  x",
      ])
  }

  @Test func `an empty table prints nothing`() {
    #expect(Table("NAME").lines(aligned: true, colours: true).isEmpty)
    #expect(Table("NAME").lines(aligned: false, colours: false).isEmpty)
  }

  @Test func `times are told in UTC and by distance`() {
    let now: Int64 = 1_769_862_896_789
    #expect(WallClock.text(now) == "2026-01-31 12:34:56Z")
    #expect(WallClock.ahead(now + 7_200_000, now: now) == "in 2h")
    #expect(WallClock.ahead(now - 1, now: now) == "now")
    #expect(WallClock.deadline(now + 60_000, now: now) == "within 1m")
    #expect(WallClock.ago(now - 90_000, now: now) == "1m ago")
  }
}
