import VaultCore

/// What the engine knows about live requests that no row holds: which connection made one, which
/// holds its grant, since when nobody waits.
///
/// Invariant: one entry for each request that is waiting, approved or active, no other. It is a value,
/// so that a batch that fails gets back the one from before.
struct LiveRequests {
  struct Entry {
    let id: Int64
    let environment: Int64
    let requester: UInt32
    let attended: Bool
    /// Waiting for the gate, or approved and not yet activated.
    var isWaiting: Bool
    /// When the request's present state ends by its clock.
    var end: Deadline
    /// The connections of the requester that made it or wait on it.
    var attendants: Set<UInt64> = []
    /// The connection that made it; it needs no ticket.
    var maker: UInt64?
    /// The connection that holds its grant.
    var holder: UInt64?
    /// When the last attendant left, or the daemon started.
    var unattendedSince: Moment?
    /// How far the holder has read what one record released; nil where nothing is left of it.
    var paging: Paging?
  }

  /// A release in pages: its record names the whole set, so the connection that got one page gets the
  /// next without another record, and nobody else does.
  struct Paging: Equatable {
    let connection: UInt64
    let after: SecretName
  }

  private(set) var entries: [Int64: Entry] = [:]
  private var liveOf: [UInt32: Int] = [:]

  subscript(id: Int64) -> Entry? { entries[id] }

  /// Takes the request's present state over; one that has ended leaves.
  mutating func update(_ request: AccessRequest, _ change: (inout Entry) -> Void = { _ in }) {
    let uid = request.requester.uid
    guard let end = request.end else {
      if entries.removeValue(forKey: request.id) != nil {
        liveOf[uid] = liveOf[uid].flatMap { $0 > 1 ? $0 - 1 : nil }
      }
      return
    }
    if entries[request.id] == nil { liveOf[uid, default: 0] += 1 }
    var entry =
      entries[request.id]
      ?? Entry(
        id: request.id, environment: request.environment, requester: request.requester.uid,
        attended: request.attended, isWaiting: true, end: end)
    entry.isWaiting = request.state != .active
    entry.end = end
    change(&entry)
    entries[request.id] = entry
  }

  /// How many live requests of a requester there are, in whatever environment and state.
  func live(of requester: UInt32) -> Int { liveOf[requester] ?? 0 }

  /// How many grants a connection holds.
  func grants(of connection: UInt64) -> Int {
    entries.values.reduce(0) { $0 + ($1.holder == connection ? 1 : 0) }
  }

  /// Where the reading of a released set has come to.
  mutating func page(_ id: Int64, _ paging: Paging?) { entries[id]?.paging = paging }

  mutating func attend(_ id: Int64, connection: UInt64) {
    entries[id]?.attendants.insert(connection)
    entries[id]?.unattendedSince = nil
  }

  /// A connection ended. Answers the requests whose grant it held.
  mutating func connectionEnded(_ connection: UInt64, at now: Moment) -> [Int64] {
    var orphaned: [Int64] = []
    for entry in entries.values {
      let held = entry.holder == connection
      guard held || entry.attendants.contains(connection) || entry.maker == connection else {
        continue
      }
      var next = entry
      next.attendants.remove(connection)
      if next.maker == connection { next.maker = nil }
      if held {
        next.holder = nil
        orphaned.append(entry.id)
      }
      if next.attendants.isEmpty { next.unattendedSince = now }
      entries[entry.id] = next
    }
    return orphaned.sorted()
  }

  /// How many requests of an environment wait, and how many of one requester; attended ones that
  /// nobody attends do not count.
  func waiting(in environment: Int64, by requester: UInt32) -> (all: Int, own: Int) {
    var all = 0
    var own = 0
    for entry in entries.values
    where entry.isWaiting && entry.environment == environment
      && !(entry.attended && entry.attendants.isEmpty)
    {
      all += 1
      if entry.requester == requester { own += 1 }
    }
    return (all, own)
  }

  /// The requests that a clock, or nobody's waiting, has ended by now.
  func due(at now: Moment, graceMilliseconds: Int64) -> [(id: Int64, unattended: Bool)] {
    entries.values.compactMap { entry -> (id: Int64, unattended: Bool)? in
      if entry.end.isReached(at: now) { return (entry.id, false) }
      // A grant without a holder is what a restart of the daemon leaves.
      guard entry.attended || !entry.isWaiting, entry.holder == nil,
        let since = entry.unattendedSince,
        Deadline(after: graceMilliseconds, from: since).isReached(at: now)
      else { return nil }
      return (entry.id, true)
    }.sorted { $0.id < $1.id }
  }
}

extension AccessRequest {
  /// When the present state ends by its clock; nil for a request that has ended.
  var end: Deadline? {
    switch state {
    case .waiting: expires
    case .approved(let until): until
    case .active: grant?.expires
    case .closed, .rejected, .expired, .cancelled: nil
    }
  }
}
