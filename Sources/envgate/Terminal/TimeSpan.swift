import ArgumentParser
import VaultClient

/// A length of time as it is typed: `90s`, `10m`, `24h`, `7d`. Whole, positive, with its unit.
struct TimeSpan: Hashable, ExpressibleByArgument {
  let seconds: Int64

  var milliseconds: Int64 { seconds * 1_000 }

  /// When it is over, from now on.
  var deadline: WaitDeadline { WaitDeadline(secondsFromNow: seconds) }

  init?(argument: String) {
    guard let unit = argument.utf8.last, let factor = Self.factor(unit) else { return nil }
    let digits = argument.dropLast()
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int64(digits), number > 0
    else { return nil }
    let (seconds, overflow) = number.multipliedReportingOverflow(by: factor)
    // Far beyond any clock of the vault, which names its own limits; only the arithmetic is guarded.
    guard !overflow, seconds <= 1 << 40 else { return nil }
    self.seconds = seconds
  }

  private static func factor(_ unit: UInt8) -> Int64? {
    switch unit {
    case UInt8(ascii: "s"): 1
    case UInt8(ascii: "m"): 60
    case UInt8(ascii: "h"): 3_600
    case UInt8(ascii: "d"): 86_400
    default: nil
    }
  }

  /// Seconds as a person says them, in the largest unit that fits, rounded down: `23h`, `4m`.
  static func rough(seconds: Int64) -> String {
    switch seconds {
    case 172_800...: "\(seconds / 86_400)d"
    case 3_600...: "\(seconds / 3_600)h"
    case 60...: "\(seconds / 60)m"
    default: "\(max(0, seconds))s"
    }
  }

  /// Seconds in the largest unit that fits, rounded to the nearest from a minute on: a day that has just
  /// begun is `24h`, and nothing is ever more than half a unit away from what is said.
  static func nearest(seconds: Int64) -> String {
    if seconds < 60 { return rough(seconds: seconds) }
    let (minutes, hours) = ((seconds + 30) / 60, (seconds + 1_800) / 3_600)
    if minutes < 60 { return "\(minutes)m" }
    return hours < 48 ? "\(hours)h" : "\((seconds + 43_200) / 86_400)d"
  }
}
