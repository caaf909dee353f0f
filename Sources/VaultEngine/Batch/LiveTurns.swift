import VaultCore

/// The turns of exclusive environments: who waits with a parked call, whose grant is active, and who was
/// told to come.
///
/// Invariants: only an approved request has a place; a place is given up when its last call is answered or
/// its connection ends. What one event causes is bounded: of a queue of a thousand one call is woken.
struct LiveTurns {
  /// A call that was told that its turn has come.
  private struct Offer {
    let place: TurnQueue.Place
    let since: Moment
  }

  /// A call that was told so and does not come back within this time, in milliseconds, stands there no
  /// more: the account database may take four seconds of it.
  static let mostHesitation: Int64 = 15_000

  private var queues: [Int64: TurnQueue] = [:]
  /// The connections that wait with each request.
  private var standing: [Int64: Set<UInt64>] = [:]
  private var grants: [Int64: Set<Int64>] = [:]
  private var offers: [Int64: Offer] = [:]
  /// Environments in which somebody may have come to their turn since the last look.
  private var moved: Set<Int64> = []

  // MARK: Grants

  /// The request whose grant takes an environment; nil where none is active.
  func holder(of environment: Int64) -> Int64? { grants[environment]?.min() }

  mutating func took(_ environment: Int64, _ request: Int64) {
    grants[environment, default: []].insert(request)
  }

  /// The grant has ended, if there was one.
  mutating func freed(_ environment: Int64, _ request: Int64) {
    guard grants[environment]?.remove(request) != nil else { return }
    if grants[environment]?.isEmpty == true { grants[environment] = nil }
    moved.insert(environment)
  }

  // MARK: Places

  /// A connection waits with a request for its turn.
  mutating func stand(_ place: TurnQueue.Place, in environment: Int64, connection: UInt64) {
    standing[place.request, default: []].insert(connection)
    queues[environment, default: TurnQueue()].stand(place)
  }

  /// The job of a request may come back up to a moment.
  mutating func expect(_ place: TurnQueue.Place, in environment: Int64, until deadline: Deadline) {
    queues[environment, default: TurnQueue()].expect(place, until: deadline)
  }

  /// A connection waits with a request no more.
  mutating func leave(_ place: TurnQueue.Place, in environment: Int64, connection: UInt64) {
    guard standing[place.request]?.remove(connection) != nil else { return }
    if standing[place.request]?.isEmpty == true { giveUp(place, in: environment) }
  }

  /// A request has lost its place, whoever stands there.
  mutating func giveUp(_ place: TurnQueue.Place, in environment: Int64) {
    standing[place.request] = nil
    guard queues[environment]?.leave(place) != nil else { return }
    if queues[environment]?.isEmpty == true { queues[environment] = nil }
    moved.insert(environment)
  }

  /// An edit of the gate has taken all places of an environment away.
  mutating func clear(_ environment: Int64) {
    for place in queues.removeValue(forKey: environment)?.places ?? [] {
      standing[place.request] = nil
    }
    offers[environment] = nil
  }

  // MARK: Turns

  func mayGo(_ place: TurnQueue.Place, in environment: Int64, at now: Moment) -> Bool {
    let holder = holder(of: environment)
    return queues[environment]?.mayGo(place, holder: holder, at: now) ?? (holder == nil)
  }

  /// How many of those present go before a place.
  func before(_ place: TurnQueue.Place, in environment: Int64) -> Int {
    queues[environment]?.before(place) ?? 0
  }

  /// Time has passed: who was expected, or told to come, and did not come holds up nobody.
  mutating func tick(at now: Moment) {
    for environment in queues.keys where queues[environment]?.expire(at: now) == true {
      if queues[environment]?.isEmpty == true { queues[environment] = nil }
      moved.insert(environment)
    }
    for (environment, offer) in offers
    where Deadline(after: Self.mostHesitation, from: offer.since).isReached(at: now) {
      offers[environment] = nil
      let next = queues[environment]?.next(holder: holder(of: environment), at: now)
      if next == offer.place { giveUp(offer.place, in: environment) }
    }
  }

  /// The requests whose turn has come since the last look: one an environment.
  mutating func takeTurns(at now: Moment) -> [Int64] {
    defer { moved = [] }
    return moved.compactMap { environment in
      let next = queues[environment]?.next(holder: holder(of: environment), at: now)
      guard let next, standing[next.request] != nil else { return nil }
      offers[environment] = Offer(place: next, since: now)
      return next.request
    }
  }

  /// Every request that somebody waits with.
  var allStanding: [Int64] { Array(standing.keys) }
}
