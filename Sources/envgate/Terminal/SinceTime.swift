import ArgumentParser
import VaultCore

/// A point in the past as it is typed: a span before now (`90m`, `7d`), a day or a moment in UTC.
struct SinceTime: Hashable, ExpressibleByArgument {
  private enum Form: Hashable {
    case span(TimeSpan)
    case moment(Int64)
  }

  private let form: Form

  init?(argument: String) {
    if let span = TimeSpan(argument: argument) {
      form = .span(span)
      return
    }
    // RFC 3339 from its day on: what is left out is the beginning.
    let start = "0000-00-00T00:00:00.000Z"
    let given = argument.hasSuffix("Z") ? String(argument.dropLast()) : argument
    guard [10, 16, 19, 23].contains(given.utf8.count),
      let time = Timestamp.milliseconds(given + start.dropFirst(given.utf8.count))
    else { return nil }
    form = .moment(time)
  }

  /// Milliseconds since the epoch.
  func milliseconds(now: Int64) -> Int64 {
    switch form {
    case .span(let span): max(0, now - span.milliseconds)
    case .moment(let time): time
    }
  }
}
