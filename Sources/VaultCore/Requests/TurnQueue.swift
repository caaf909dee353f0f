/// The queue of one exclusive environment: the approved requests that somebody waits with, in the order of
/// their places.
///
/// Invariants: a request stands here at most once; places are sorted; a place counts while somebody stands
/// there, or, after a restart of the daemon, until the moment up to which its job may come back.
public struct TurnQueue: Hashable, Sendable {
  /// Where a request stands.
  ///
  /// The number is that of the record that approved it; in an unprotected environment, where nobody
  /// approves, it is the request's own. An edit of the gate takes all places away, so one queue never
  /// holds both kinds.
  public struct Place: Hashable, Sendable, Comparable {
    /// The number that orders it.
    public let number: Int64
    /// Whose place it is.
    public let request: Int64

    /// Makes a place.
    public init(number: Int64, request: Int64) {
      self.number = number
      self.request = request
    }

    /// The lower number goes first; of one number the older request does.
    public static func < (left: Place, right: Place) -> Bool {
      (left.number, left.request) < (right.number, right.request)
    }
  }

  /// Those who are present, in their order.
  public private(set) var places: [Place] = []
  /// Those of them with whom nobody stands yet, since a restart has ended their connections.
  private var expected: Set<Place> = []
  /// Up to when those count.
  private var expectedUntil: Deadline?

  /// An empty queue.
  public init() {}

  /// Whether nobody is present.
  public var isEmpty: Bool { places.isEmpty }

  // MARK: Coming and going

  /// Somebody stands with a request, and takes its place.
  public mutating func stand(_ place: Place) {
    expected.remove(place)
    let index = lowerBound(place)
    if places.indices.contains(index), places[index] == place { return }
    places.insert(place, at: index)
  }

  /// A job that stood there before a restart, or could have, counts until a moment.
  public mutating func expect(_ place: Place, until deadline: Deadline) {
    let index = lowerBound(place)
    if places.indices.contains(index), places[index] == place { return }
    places.insert(place, at: index)
    expected.insert(place)
    expectedUntil = deadline
  }

  /// Nobody stands with a request any more.
  public mutating func leave(_ place: Place) {
    let index = lowerBound(place)
    guard places.indices.contains(index), places[index] == place else { return }
    places.remove(at: index)
    expected.remove(place)
  }

  /// Takes out who did not come back in time.
  /// - Returns: whether anybody was taken out.
  public mutating func expire(at now: Moment) -> Bool {
    guard !expected.isEmpty, expectedUntil?.isReached(at: now) ?? true else { return false }
    places.removeAll { expected.contains($0) }
    expected = []
    return true
  }

  // MARK: Who may go

  /// Who may go now: nobody while a grant is active, else the first of those who are present.
  public func next(holder: Int64?, at now: Moment) -> Place? {
    guard holder == nil else { return nil }
    return places.first { isPresent($0, at: now) }
  }

  /// Whether a request may go now, whether anybody stands with it or not: no grant is active, and nobody
  /// present ranks before it.
  public func mayGo(_ place: Place, holder: Int64?, at now: Moment) -> Bool {
    guard holder == nil else { return false }
    return next(holder: nil, at: now).map { $0 >= place } ?? true
  }

  /// How many of those present go before a place.
  public func before(_ place: Place) -> Int { lowerBound(place) }

  private func isPresent(_ place: Place, at now: Moment) -> Bool {
    !expected.contains(place) || !(expectedUntil?.isReached(at: now) ?? true)
  }

  /// The index of the first place that is not before this one.
  private func lowerBound(_ place: Place) -> Int {
    var low = 0
    var high = places.count
    while low < high {
      let middle = (low + high) / 2
      if places[middle] < place { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// How far a request is from its turn, in numbers: nobody is named.
public struct Turn: Hashable, Sendable {
  /// The request whose grant is active; nil where none is.
  public let holder: Int64?
  /// When that was activated, in milliseconds since the epoch.
  public let since: Int64?
  /// How many requests whose jobs wait go before this one.
  public let before: Int

  /// Makes it.
  public init(holder: Int64?, since: Int64?, before: Int) {
    self.holder = holder
    self.since = since
    self.before = before
  }
}
