import VaultCore

/// What the engine knows about live requests that no row holds: which connection made one, which
/// holds its grant, since when nobody waits.
///
/// Invariant: one entry for each request that is waiting, approved or active, no other; the counts and
/// indexes beside the entries agree with them. It is a value, so that a batch that fails gets back the
/// one from before.
struct LiveRequests {
  enum Phase {
    case waiting
    case approved
    case active
  }

  struct Entry {
    let id: Int64
    let environment: Int64
    let requester: Subject
    let attended: Bool
    let secrets: [PinnedSecret]
    let job: Job?
    var phase: Phase
    /// What its grant lives by.
    var hold: Grant.Hold?
    /// When the request's present state ends by its clock.
    var end: Deadline
    /// The connections of the requester that made it or wait on it.
    var attendants: Set<UInt64> = []
    /// The connection that made it; it needs no ticket.
    var maker: UInt64?
    /// The connection that holds its grant.
    var holder: UInt64?
    /// The connection on which nothing is said, and which what the job left behind keeps open.
    var lifeline: UInt64?
    /// When the last attendant left, or the daemon started: a grant by connection that nobody holds
    /// since then ends.
    var unattendedSince: Moment?
    /// How far the holder has read what one record released; nil where nothing is left of it.
    var paging: Paging?

    /// Waiting for the gate, or approved and not yet activated.
    var isWaiting: Bool { phase != .active }

    /// Whether the grant's connection has ended without a close and its lifeline has not: nobody may
    /// read, and the environment is still taken.
    var isUnattended: Bool {
      phase == .active && hold == .connection && holder == nil && lifeline != nil
    }
  }

  /// A release in pages: its record names the whole set, so the connection that got one page gets the
  /// next without another record, and nobody else does.
  struct Paging {
    let connection: UInt64
    let after: SecretName
    /// The number of that record.
    let record: Int64
  }

  /// What a key names: a job of one requester in one environment.
  struct Job: Hashable {
    let environment: Int64
    let requester: Subject
    let key: String
  }

  private struct Pin: Hashable {
    let environment: Int64
    let secret: PinnedSecret
  }

  private(set) var entries: [Int64: Entry] = [:]
  private var liveOf: [Subject: Int] = [:]
  private var pins: [Pin: Int] = [:]
  private var newestOf: [Job: Int64] = [:]

  subscript(id: Int64) -> Entry? { entries[id] }

  /// Takes the request's present state over; one that has ended leaves.
  mutating func update(_ request: AccessRequest, _ change: (inout Entry) -> Void = { _ in }) {
    guard let end = request.end else {
      remove(request.id)
      return
    }
    var entry = entries[request.id] ?? enter(request, end)
    entry.phase = request.phase
    entry.hold = request.grant?.hold
    entry.end = end
    change(&entry)
    entries[request.id] = entry
  }

  private mutating func enter(_ request: AccessRequest, _ end: Deadline) -> Entry {
    let requester = request.requester.subject
    liveOf[requester, default: 0] += 1
    for secret in request.secrets {
      pins[Pin(environment: request.environment, secret: secret), default: 0] += 1
    }
    let job = request.context.key.map {
      Job(environment: request.environment, requester: requester, key: $0)
    }
    if let job { newestOf[job] = max(newestOf[job] ?? 0, request.id) }
    return Entry(
      id: request.id, environment: request.environment, requester: requester,
      attended: request.attended,
      secrets: request.secrets, job: job, phase: request.phase, end: end)
  }

  private mutating func remove(_ id: Int64) {
    guard let entry = entries.removeValue(forKey: id) else { return }
    liveOf[entry.requester] = liveOf[entry.requester].flatMap { $0 > 1 ? $0 - 1 : nil }
    for secret in entry.secrets {
      let pin = Pin(environment: entry.environment, secret: secret)
      pins[pin] = pins[pin].flatMap { $0 > 1 ? $0 - 1 : nil }
    }
    if let job = entry.job, newestOf[job] == id {
      newestOf[job] = entries.values.lazy.filter { $0.job == job }.map(\.id).max()
    }
  }

  // MARK: Questions

  /// How many live requests of a requester there are, in whatever environment and state.
  func live(of requester: Subject) -> Int { liveOf[requester] ?? 0 }

  /// How many live requests are pinned to a version.
  func pins(_ environment: Int64, _ secret: PinnedSecret) -> Int {
    pins[Pin(environment: environment, secret: secret)] ?? 0
  }

  /// The newest live request of the same job, where there is a newer one.
  func newer(than id: Int64) -> Int64? {
    guard let job = entries[id]?.job, let newest = newestOf[job], newest > id else { return nil }
    return newest
  }

  /// How many grants a connection holds.
  func grants(of connection: UInt64) -> Int {
    entries.values.reduce(0) { $0 + ($1.holder == connection ? 1 : 0) }
  }

  /// The live requests in these phases, in the order of their numbers; of one environment where one is
  /// named.
  func ids(in environment: Int64? = nil, _ phases: Set<Phase>) -> [Int64] {
    entries.values.filter {
      phases.contains($0.phase) && (environment == nil || $0.environment == environment)
    }.map(\.id).sorted()
  }

  /// How many requests of an environment wait, and how many of one requester; attended ones that
  /// nobody attends do not count.
  func waiting(in environment: Int64, by requester: Subject) -> (all: Int, own: Int) {
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

  // MARK: Connections

  /// Where the reading of a released set has come to.
  mutating func page(_ id: Int64, _ paging: Paging?) { entries[id]?.paging = paging }

  mutating func attend(_ id: Int64, connection: UInt64) {
    entries[id]?.attendants.insert(connection)
    // Who waits on a request keeps it; a grant is kept by whoever holds it, and by no onlooker.
    if entries[id]?.isWaiting == true { entries[id]?.unattendedSince = nil }
  }

  mutating func keepAlive(_ id: Int64, by connection: UInt64) {
    entries[id]?.lifeline = connection
  }

  /// A connection ended. Answers the grants that nothing keeps any more, and those that only their
  /// lifeline does.
  mutating func connectionEnded(
    _ connection: UInt64, at now: Moment
  ) -> (orphaned: [Int64], unattended: [Int64]) {
    var orphaned: [Int64] = []
    var unattended: [Int64] = []
    for entry in entries.values {
      guard
        entry.holder == connection || entry.lifeline == connection || entry.maker == connection
          || entry.attendants.contains(connection)
      else { continue }
      var next = entry
      next.attendants.remove(connection)
      if next.maker == connection { next.maker = nil }
      if next.lifeline == connection {
        next.lifeline = nil
        if entry.isUnattended { orphaned.append(entry.id) }
      }
      if next.holder == connection {
        next.holder = nil
        if next.lifeline == nil { orphaned.append(entry.id) } else { unattended.append(entry.id) }
      }
      if next.attendants.isEmpty && (next.isWaiting || next.unattendedSince == nil) {
        next.unattendedSince = now
      }
      entries[entry.id] = next
    }
    return (orphaned.sorted(), unattended.sorted())
  }

  /// The requests that a clock, or nobody's waiting, has ended by now.
  func due(at now: Moment, graceMilliseconds: Int64) -> [(id: Int64, unattended: Bool)] {
    entries.values.compactMap { entry -> (id: Int64, unattended: Bool)? in
      if entry.end.isReached(at: now) { return (entry.id, false) }
      let needsSomebody = entry.isWaiting ? entry.attended : entry.hold == .connection
      // A grant without a holder and a lifeline is what a restart of the daemon leaves.
      guard needsSomebody, entry.holder == nil, entry.lifeline == nil,
        let since = entry.unattendedSince,
        now.hasPassed(graceMilliseconds, since: since)
      else { return nil }
      return (entry.id, true)
    }.sorted { $0.id < $1.id }
  }
}

extension AccessRequest {
  fileprivate var phase: LiveRequests.Phase {
    switch state {
    case .approved: .approved
    case .active: .active
    default: .waiting
    }
  }
}
