import ArgumentParser

/// A length of time as it is typed: `90s`, `10m`, `24h`, `7d`. Whole, positive, with its unit.
struct TimeSpan: Hashable, ExpressibleByArgument {
  let seconds: Int64

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
}
