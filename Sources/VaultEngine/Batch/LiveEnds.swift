import VaultCore

/// When the clocks, or nobody's waiting, end live requests: what a tick asks.
///
/// Invariant: a function of the entries (``LiveRequests/Entry/ends``). No request is ended by a clock that does not
/// stand at its time here, so a tick looks at what has ended, and not at what lives.
struct LiveEnds {
  /// What ends a request; in the order in which a tick looks.
  enum Clock: Int, Comparable {
    /// Milliseconds since this boot.
    case boot
    /// The wall, for what was made in another boot, too.
    case wall
    /// Milliseconds since somebody left it.
    case absence

    static func < (left: Clock, right: Clock) -> Bool { left.rawValue < right.rawValue }
  }

  /// A time at which a clock ends a request, or begins to count.
  struct Time: Hashable, Comparable {
    let milliseconds: Int64
    let request: Int64

    static func < (left: Time, right: Time) -> Bool {
      (left.milliseconds, left.request) < (right.milliseconds, right.request)
    }
  }

  /// Where a look stands that goes on later.
  struct Place: Hashable {
    let clock: Clock
    let time: Time
  }

  private var boots: [BootID: SortedList<Time>] = [:]
  private var walls = SortedList<Time>()
  private var absences = SortedList<Time>()

  mutating func replace(_ before: LiveRequests.Entry?, by after: LiveRequests.Entry?) {
    guard let id = (after ?? before)?.id else { return }
    let (old, new) = (before?.ends ?? .none, after?.ends ?? .none)
    if old == new { return }
    // All of the old ones first: two of one request may stand at the same time.
    for end in old.deadlines {
      boots.remove(Time(milliseconds: end.at.boot, request: id), end.at.bootID)
      walls.remove(Time(milliseconds: end.at.wall, request: id))
    }
    if let since = old.leftSince { absences.remove(Time(milliseconds: since, request: id)) }
    for end in new.deadlines {
      boots.insert(Time(milliseconds: end.at.boot, request: id), end.at.bootID)
      walls.insert(Time(milliseconds: end.at.wall, request: id))
    }
    if let since = new.leftSince { absences.insert(Time(milliseconds: since, request: id)) }
  }

  /// The requests that may have ended by now, behind a place: all that have, and those about which a clock on trial
  /// and an adopted one differ.
  func reached(after place: Place?, at now: Moment, grace: Int64) -> some Sequence<Place> {
    let lists = [
      (Clock.boot, boots[now.bootID] ?? SortedList(), now.boot),
      (.wall, walls, now.adopted.map { max($0, now.least) } ?? .min),
      (.absence, absences, now.boot - grace),
    ]
    return lists.lazy.filter { $0.0 >= place?.clock ?? .boot }.flatMap { clock, list, bound in
      let first = place.flatMap { $0.clock == clock ? $0.time : nil }
      return (first.map(list.above) ?? list.makeIterator()).lazy
        .prefix { $0.milliseconds <= bound }.map { Place(clock: clock, time: $0) }
    }
  }
}

extension LiveRequests.Entry {
  /// What ends it, as long as nothing else is decided about it.
  struct Ends: Equatable {
    /// When its present state ends.
    let end: Deadline?
    /// Up to when it waits for the first read.
    let unread: Deadline?
    /// Since when nobody waits on it who would have to, in milliseconds since this boot.
    let leftSince: Int64?

    static let none = Ends(end: nil, unread: nil, leftSince: nil)

    var deadlines: [Deadline] { [end, unread].compactMap(\.self) }
  }

  var ends: Ends {
    if decision != nil { return .none }
    // Whoever holds it and does not read is stopped, or does not want it; after a restart it is resumed first.
    return Ends(
      end: end, unread: holder == nil ? nil : unreadUntil, leftSince: leftSince?.boot)
  }
}
