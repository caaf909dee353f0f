import VaultCore

/// What the engine knows about live requests that no row holds: which connection made one, which
/// holds its grant, since when nobody waits; and what an earlier commit has decided about one whose row is
/// still to be written.
///
/// Invariants:
/// - one entry for each request whose row is waiting, approved or active, no other;
/// - what is counted and listed here leaves out those that are decided to end: they are as good as ended;
/// - the counts and indexes (``LiveIndexes``) agree with the entries, and no question looks at all of them;
/// - each change goes through ``set(_:_:)``, which notes it, so that a batch that fails gets back what was before.
struct LiveRequests: Undoable {
  enum Phase {
    case waiting
    case approved
    case active
  }

  struct Entry {
    let id: Int64
    let environment: Int64
    let requester: Requester
    let attended: Bool
    let secrets: [PinnedSecret]
    let created: ClockReading
    let job: LikeRequests.Job?
    let claims: LikeRequests.Claims
    /// The unit's credential that it is for.
    let unit: UnitCredential?
    /// The revision of the gate that its row names.
    var gateRevision: Int64
    /// Who has reviewed it.
    var reviewers: [NamedSubject]
    /// Those of them of whose reviews none counts any more.
    var lost: Set<NamedSubject> = []
    /// Whose approvals depend on the account database.
    var watched: [UInt32] = []
    var phase: Phase
    var decision: Decision?
    /// What its grant lives by.
    var hold: Grant.Hold?
    /// When the request's present state ends by its clock.
    var end: Deadline
    /// Its place in the queue of an exclusive environment; nil where it is not approved.
    var place: TurnQueue.Place?
    /// Up to when its grant waits for the first read.
    var unreadUntil: Deadline?
    /// Where it came from, or who returned with its ticket after a restart; nil where nobody has.
    var origin: RequestOrigin?
    /// The connections that made it, or wait on it with its ticket.
    var attendants: Set<UInt64> = []
    /// The connection that made it; it needs no ticket.
    var maker: UInt64?
    /// The connection that holds its grant.
    var holder: UInt64?
    /// The connection on which nothing is said, and which what the job left behind keeps open.
    var lifeline: UInt64?
    /// Whether that is a command which its job became: nobody is left to tell how it went.
    var isReplaced = false
    /// When the last attendant left, or the daemon started: a grant by connection that nobody holds
    /// since then ends.
    var unattendedSince: Moment?
    /// How far the holder has read what one record released; nil where nothing is left of it.
    var paging: Paging?

    /// Waiting for the gate, or approved and not yet activated.
    var isWaiting: Bool { phase != .active }

    /// Whether it takes an exclusive environment: a job's that is active, and not decided to end.
    var isGrant: Bool { phase == .active && unit == nil && !isEnding }

    /// Whether a unit may load its credential by it.
    var isStanding: Bool { phase == .active && unit != nil }

    /// Whether it is decided to end.
    var isEnding: Bool { decision.map { $0.end != nil } ?? false }

    /// What its grant is over as, where nobody has closed it.
    var unclosed: Decision { isReplaced ? .ended : .abandoned }

    /// Whether the grant's connection has ended without a close and its lifeline has not: nobody may
    /// read, and the environment is still taken.
    var isUnattended: Bool {
      isGrant && hold == .connection && holder == nil && lifeline != nil
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

  private var known = Journaled<Int64, Entry>()
  private(set) var indexes = LiveIndexes()
  /// Who waits for a turn, and whose it is.
  var turns = LiveTurns()
  /// The newest requests that each connection made and that have ended: their maker may still see them whole.
  private var endedOf = Journaled<UInt64, [Int64]>()
  /// How many of them are remembered.
  private static let mostEnded = 64

  var entries: [Int64: Entry] { known.values }

  subscript(id: Int64) -> Entry? { known[id] }

  mutating func take(_ step: BatchStep) {
    if step == .rollBack {
      for change in known.takeBack() { indexes.replace(change.now, by: change.before) }
    }
    known.take(step)
    turns.take(step)
    endedOf.take(step)
  }

  /// The one way of an entry to its place, and to its places in the indexes.
  private mutating func set(_ id: Int64, _ entry: Entry?) {
    let before = known[id]
    moveTurns(id, before, entry)
    known[id] = entry
    indexes.replace(before, by: entry)
  }

  /// A place belongs to an approved request; where a grant has ended, somebody's turn may have come.
  private mutating func moveTurns(_ id: Int64, _ before: Entry?, _ after: Entry?) {
    if let before, let place = before.place,
      after.map({ $0.decision == nil ? $0.place : nil }) != place
    {
      turns.giveUp(place, in: before.environment)
    }
    if let before, before.isGrant, after?.isGrant != true { turns.freed(before.environment) }
  }

  private mutating func change(_ id: Int64, _ change: (inout Entry) -> Void) {
    guard var entry = known[id] else { return }
    change(&entry)
    set(id, entry)
  }

  // MARK: Changes

  /// Takes the request's present state over; one that has ended leaves.
  mutating func update(_ request: AccessRequest, _ change: (inout Entry) -> Void = { _ in }) {
    guard let end = request.end else {
      leave(request.id)
      return
    }
    var entry = known[request.id] ?? Entry(request, end)
    entry.phase = request.phase
    entry.decision = nil
    entry.gateRevision = request.gateRevision
    entry.reviewers = request.reviews.map { NamedSubject($0) }
    entry.lost = Set(request.reviews.filter(\.isStale).map { NamedSubject($0) })
      .subtracting(request.reviews.filter { !$0.isStale }.map { NamedSubject($0) })
    entry.watched = request.watchedReviewers
    entry.hold = request.grant?.hold
    entry.end = end
    entry.place = request.place
    entry.unreadUntil = request.grant?.unreadUntil
    change(&entry)
    set(request.id, entry)
  }

  /// What nobody can make out of its row is not kept.
  mutating func leave(_ id: Int64) {
    guard let entry = known[id] else { return }
    if let maker = entry.maker {
      endedOf[maker] = ((endedOf[maker] ?? []) + [id]).suffix(Self.mostEnded)
    }
    set(id, nil)
  }

  /// Decides about a request whose row is still to come.
  mutating func decide(_ id: Int64, _ decision: Decision) {
    change(id) {
      $0.decision = decision
      if decision == .reset { $0.phase = .waiting }
    }
  }

  // MARK: Connections

  /// Whether a connection made a request, ended ones included.
  func isMaker(_ connection: UInt64, of id: Int64) -> Bool {
    known[id]?.maker == connection || endedOf[connection]?.contains(id) == true
  }

  /// Where the reading of a released set has come to.
  mutating func page(_ id: Int64, _ paging: Paging?) {
    // Nearly every read is of one page, and changes nothing here.
    if paging == nil && known[id]?.paging == nil { return }
    change(id) { $0.paging = paging }
  }

  /// The connection that made the request, or whoever showed its ticket, waits on it.
  mutating func attend(_ id: Int64, by origin: RequestOrigin) {
    change(id) {
      $0.attendants.insert(origin.connection)
      if $0.origin == nil { $0.origin = origin }
      // Who waits on a request keeps it; a grant is kept by whoever holds it.
      if $0.isWaiting { $0.unattendedSince = nil }
    }
  }

  /// A connection waits with an approved request for its turn.
  mutating func stand(_ id: Int64, by origin: RequestOrigin) {
    attend(id, by: origin)
    guard let entry = known[id], let place = entry.place, entry.decision == nil else { return }
    turns.stand(place, in: entry.environment, connection: origin.connection)
  }

  /// The call with which a connection waited is answered.
  mutating func leave(_ id: Int64, connection: UInt64) {
    guard let entry = known[id], let place = entry.place else { return }
    turns.leave(place, in: entry.environment, connection: connection)
  }

  mutating func keepAlive(_ id: Int64, by connection: UInt64, replacing: Bool) {
    change(id) {
      $0.lifeline = connection
      $0.isReplaced = replacing
    }
  }

  /// A connection ended. Answers the grants that nothing keeps any more, by what they are over as, and those
  /// that only their lifeline keeps.
  mutating func connectionEnded(
    _ connection: UInt64, at now: Moment
  ) -> (orphaned: [Decision: [Int64]], unattended: [Int64]) {
    endedOf[connection] = nil
    var orphaned: [Decision: [Int64]] = [:]
    var unattended: [Int64] = []
    for id in indexes.connections[connection] ?? SortedIDs() {
      guard let entry = known[id] else { continue }
      leave(id, connection: connection)
      var next = entry
      next.attendants.remove(connection)
      if next.maker == connection { next.maker = nil }
      if next.lifeline == connection {
        next.lifeline = nil
        if entry.isUnattended { orphaned[entry.unclosed, default: []].append(id) }
      }
      if next.holder == connection {
        next.holder = nil
        if entry.isEnding {
        } else if next.lifeline == nil {
          orphaned[entry.unclosed, default: []].append(id)
        } else {
          unattended.append(id)
        }
      }
      if next.attendants.isEmpty && (next.isWaiting || next.unattendedSince == nil) {
        next.unattendedSince = now
      }
      set(id, next)
    }
    return (orphaned, unattended)
  }

  /// The first requests behind a place that a clock, or nobody's waiting, has ended by now, so many being
  /// looked at; and behind which place to look on, nil where there are no more.
  func due(
    after place: LiveEnds.Place?, lookingAt most: Int, limit: Int, at now: Moment,
    graceMilliseconds: Int64
  ) -> (ended: [(id: Int64, unattended: Bool)], next: LiveEnds.Place?) {
    var ended: [Int64: Bool] = [:]
    var looked = 0
    var next: LiveEnds.Place?
    for place in indexes.ends.reached(after: place, at: now, grace: graceMilliseconds) {
      looked += 1
      let id = place.time.request
      ended[id] = known[id]?.due(at: now, graceMilliseconds: graceMilliseconds) ?? ended[id]
      if looked == most || ended.count == limit {
        next = place
        break
      }
    }
    return (ended.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, next)
  }
}
