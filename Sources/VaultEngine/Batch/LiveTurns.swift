import VaultCore

/// The turns of exclusive environments: who waits with a parked call, and who was told to come. Whose grant is active
/// say the entries.
///
/// Invariants: only an approved request has a place; a place is given up when its last call is answered or
/// its connection ends. What one event causes is bounded: of a queue of a thousand one call is woken.
struct LiveTurns: Undoable {
  /// A call that was told that its turn has come.
  private struct Offer {
    let place: TurnQueue.Place
    let since: Moment
  }

  /// A call that was told so and does not come back within this time, in milliseconds, stands there no
  /// more: the account database may take four seconds of it.
  static let mostHesitation: Int64 = 15_000

  private var queues = Journaled<Int64, TurnQueue>()
  /// The connections that wait with each request.
  private var standing = Journaled<Int64, Set<UInt64>>()
  private var offers = Journaled<Int64, Offer>()
  /// Environments in which somebody may have come to their turn since the last look.
  @Copied private var moved: Set<Int64> = []

  mutating func take(_ step: BatchStep) {
    queues.take(step)
    standing.take(step)
    offers.take(step)
    _moved.take(step)
  }

  /// A grant of an environment has ended.
  mutating func freed(_ environment: Int64) { moved.insert(environment) }

  // MARK: Places

  /// A connection waits with a request for its turn.
  mutating func stand(_ place: TurnQueue.Place, in environment: Int64, connection: UInt64) {
    standing[place.request] = (standing[place.request] ?? []).union([connection])
    change(environment) { $0.stand(place) }
  }

  /// The job of a request may come back up to a moment.
  mutating func expect(_ place: TurnQueue.Place, in environment: Int64, until deadline: Deadline) {
    change(environment) { $0.expect(place, until: deadline) }
  }

  /// Changes a queue; an empty one leaves.
  private mutating func change(_ environment: Int64, _ body: (inout TurnQueue) -> Void) {
    var queue = queues[environment] ?? TurnQueue()
    body(&queue)
    queues[environment] = queue.isEmpty ? nil : queue
  }

  /// A connection waits with a request no more.
  mutating func leave(_ place: TurnQueue.Place, in environment: Int64, connection: UInt64) {
    guard var others = standing[place.request], others.remove(connection) != nil else { return }
    standing[place.request] = others
    if others.isEmpty { giveUp(place, in: environment) }
  }

  /// A request has lost its place, whoever stands there.
  mutating func giveUp(_ place: TurnQueue.Place, in environment: Int64) {
    standing[place.request] = nil
    guard queues[environment] != nil else { return }
    change(environment) { $0.leave(place) }
    moved.insert(environment)
  }

  /// An edit of the gate has taken all places of an environment away.
  mutating func clear(_ environment: Int64) {
    for place in queues[environment]?.places ?? [] { standing[place.request] = nil }
    queues[environment] = nil
    offers[environment] = nil
  }

  // MARK: Turns

  func mayGo(
    _ place: TurnQueue.Place, in environment: Int64, holder: Int64?, at now: Moment
  ) -> Bool {
    queues[environment]?.mayGo(place, holder: holder, at: now) ?? (holder == nil)
  }

  /// How many of those present go before a place.
  func before(_ place: TurnQueue.Place, in environment: Int64) -> Int {
    queues[environment]?.before(place) ?? 0
  }

  /// Time has passed: who was expected, or told to come, and did not come holds up nobody.
  /// - Parameter grants: by environment those that are active.
  mutating func tick(_ grants: [Int64: SortedIDs], at now: Moment) {
    for (environment, queue) in queues.values {
      var queue = queue
      guard queue.expire(at: now) else { continue }
      queues[environment] = queue.isEmpty ? nil : queue
      moved.insert(environment)
    }
    for (environment, offer) in offers.values
    where Deadline(after: Self.mostHesitation, from: offer.since).isReached(at: now) {
      offers[environment] = nil
      let next = queues[environment]?.next(holder: grants[environment]?.first, at: now)
      if next == offer.place { giveUp(offer.place, in: environment) }
    }
  }

  /// The requests whose turn has come since the last look: one an environment.
  mutating func takeTurns(_ grants: [Int64: SortedIDs], at now: Moment) -> [Int64] {
    defer { moved = [] }
    return moved.compactMap { environment in
      let next = queues[environment]?.next(holder: grants[environment]?.first, at: now)
      guard let next, standing[next.request] != nil else { return nil }
      offers[environment] = Offer(place: next, since: now)
      return next.request
    }
  }

  /// Every request that somebody waits with.
  var allStanding: [Int64] { Array(standing.values.keys) }
}
