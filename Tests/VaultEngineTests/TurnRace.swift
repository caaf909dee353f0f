import SecretMemory
import TestSupport
import Testing
import VaultCalls
import VaultCore

@testable import VaultEngine

/// One environment, its jobs, and what the model knows of them.
struct Race {
  /// What the model knows of a request: nothing that the engine said but its number.
  struct Job {
    let id: Int64
    let ticket: SecretBuffer
    let isAttended: Bool
    /// The connection that made it, as long as that lives.
    var maker: UInt64?
    /// How many approvals came before its own; in an open environment how many requests.
    var rank: Int?
    /// The connections that keep it alive.
    var attendants: Set<UInt64> = []
    /// The connections whose calls are parked.
    var parked: Set<UInt64> = []
    /// Up to when it counts though nobody stands there.
    var expectedUntil: Int64?
    /// Since when nobody attends it.
    var aloneSince: Int64?
    /// How often the account database does not answer about its reviewers.
    var silences: Int
  }

  struct Holder {
    let id: Int64
    var connection: UInt64?
    let activated: Int64
    let isByTicket: Bool
    var wasRead = false
    /// Whether the gate was edited since: nothing is read under it any more.
    var isStale = false
    var aloneSince: Int64?
  }

  let vault: Fixture
  let isOpen: Bool
  var random: SeededRandom
  var jobs: [Int64: Job] = [:]
  var holder: Holder?
  var ranks = 0
  var tally = Tally()
  private var callers: [UInt64: Caller] = [:]
  private let bob = AccountAnswer.known(
    Account(uid: Fixture.bob, name: "user1002", groups: []))

  init(seed: UInt64) throws {
    random = SeededRandom(seed: seed)
    isOpen = random.oneIn(3)
    vault = try Fixture()
    vault.engine.lasting.slice = 1 + random.below(4)
    try vault.create(
      "production",
      Gate(
        protection: isOpen
          ? .unprotected
          : .reviewers([
            ReviewerRule(reviewers: [.user(name: "user1002", uid: Fixture.bob)], required: 1)
          ]), requesters: .principals([.uid(Fixture.runner)]), exclusive: true,
        clocks: Clocks(grant: 86_400_000)))
  }

  // MARK: The slow model

  /// Those who count, by their ranks.
  private func present() -> [Job] {
    jobs.values.filter { job in
      job.rank != nil
        && (!job.parked.isEmpty || job.expectedUntil.map { vault.now.wall < $0 } ?? false)
    }.sorted { ($0.rank ?? 0, $0.id) < ($1.rank ?? 0, $1.id) }
  }

  private func before(_ job: Job) -> Int {
    present().count { $0.id != job.id && ($0.rank ?? 0, $0.id) < (job.rank ?? 0, job.id) }
  }

  private mutating func gone(_ id: Int64) { jobs[id] = nil }

  /// What is left once everybody whose turn it is was asked about.
  private mutating func settle() {
    while holder == nil, let first = present().first, let connection = first.parked.min() {
      if first.silences > 0 && !isOpen {
        // One call at a time: another connection that waits with the same request is asked next.
        jobs[first.id]?.silences -= 1
        jobs[first.id]?.parked.remove(connection)
        tally.unanswered += 1
      } else {
        won(first.id, connection, byTicket: false)
      }
    }
  }

  private mutating func won(_ id: Int64, _ connection: UInt64, byTicket: Bool) {
    gone(id)
    holder = Holder(
      id: id, connection: byTicket ? nil : connection, activated: vault.now.wall,
      isByTicket: byTicket)
    tally.activated += 1
  }

  // MARK: The engine, with what a server does around it

  private var calls: [Int64: [UInt64: Command]] = [:]

  private mutating func submit(_ command: Command) -> CommandReply? {
    var command = command
    while true {
      let outcome = vault.engine.commit([command], now: vault.now)
      var reply: CommandReply? = outcome.replies[0]
      if case .asks(.afresh)? = reply, let id = command.action.call?.request {
        var isActivation: Bool {
          if case .call(.grantActivate, _) = command.action { true } else { false }
        }
        let isSilent = isActivation && silences[id, default: 0] > 0
        if isSilent { silences[id, default: 0] -= 1 }
        command = Command(
          caller: command.caller, action: command.action,
          accounts: [
            Fixture.bob: FreshAnswer(isSilent ? .unavailable : bob, asked: vault.now.boot)
          ])
        continue
      }
      if reply?.queued != nil, let id = command.action.call?.request {
        calls[id, default: [:]][command.caller.connection] = Command(
          caller: command.caller, action: command.action)
        reply = nil
      }
      wake(outcome.changedRequests)
      return reply
    }
  }

  private var silences: [Int64: Int] = [:]

  private mutating func wake(_ changed: [Int64]) {
    for id in changed {
      for (_, command) in (calls.removeValue(forKey: id) ?? [:]).sorted(by: { $0.key < $1.key }) {
        _ = submit(command)
      }
    }
    while vault.engine.hasBacklog {
      wake(vault.engine.commit([], now: vault.now).changedRequests)
    }
  }

  private mutating func end(_ connection: UInt64) {
    for id in calls.keys { calls[id]?[connection] = nil }
    guard let caller = callers.removeValue(forKey: connection) else { return }
    _ = submit(Command(caller: caller, action: .connectionEnded))
  }

  private mutating func connect() -> Caller {
    let caller = vault.caller(Fixture.runner)
    callers[caller.connection] = caller
    return caller
  }

  // MARK: Steps

  mutating func step(_ place: String) throws {
    switch random.below(20) {
    case 0..<4: try make()
    case 4..<6: try approve()
    case 6..<11: arrive(place)
    case 11: tryAtOnce(place)
    case 12: leave()
    case 13: withdraw()
    case 14..<16: closeHolder()
    case 16: readOrResume()
    case 17..<19: pass()
    default:
      switch random.below(4) {
      case 0: try edit()
      case 1: try restart()
      default: arrive(place)
      }
    }
    settle()
    let active = vault.engine.live.entries.values.filter(\.isGrant).map(\.id)
    #expect(active == (holder.map { [$0.id] } ?? []), "\(place)")
    #expect(
      Set(calls.filter { !$0.value.isEmpty }.keys)
        == Set(jobs.values.filter { !$0.parked.isEmpty }.map(\.id)), "\(place)")
  }

  private mutating func make() throws {
    let caller = connect()
    let isAttended = !random.oneIn(4)
    let (request, ticket) = try vault.request(by: caller, attended: isAttended)
    let silent = random.oneIn(6) ? 1 + random.below(2) : 0
    silences[request.id] = silent
    tickets[request.id] = ticket
    ranks += 1
    jobs[request.id] = Job(
      id: request.id, ticket: ticket, isAttended: isAttended, maker: caller.connection,
      rank: isOpen ? Int(request.id) : nil, attendants: [caller.connection], silences: silent)
  }

  private mutating func approve() throws {
    let waiting = jobs.values.filter { $0.rank == nil }.map(\.id).sorted()
    guard !isOpen, let id = random.pick(waiting) else { return }
    let digest = try vault.seen(id).digest
    _ = submit(
      Command(
        caller: vault.caller(Fixture.bob),
        action: .approve(request: id, digest: digest, comment: "")
      ))
    ranks += 1
    jobs[id]?.rank = ranks
  }

  private mutating func caller(for job: Job) -> (Caller, SecretBuffer?) {
    if let maker = job.maker, let caller = callers[maker], random.oneIn(2),
      !job.parked.contains(maker)
    {
      return (caller, nil)
    }
    return (connect(), job.ticket)
  }

  private mutating func arrive(_ place: String) {
    let approved = jobs.values.filter { $0.rank != nil }.sorted { $0.id < $1.id }
    guard let job = random.pick(approved) else { return }
    let (caller, ticket) = caller(for: job)
    jobs[job.id]?.parked.insert(caller.connection)
    jobs[job.id]?.attendants.insert(caller.connection)
    jobs[job.id]?.expectedUntil = nil
    jobs[job.id]?.aloneSince = nil
    let ahead = before(job)
    let waits = holder != nil || ahead > 0
    let reply = submit(
      Command(
        caller: caller, action: .activate(request: job.id, ticket: ticket, waits: true)))
    #expect((reply == nil) == waits, "\(place): \(String(describing: reply))")
    if waits { tally.parked += 1 }
    if case .request(let answer)? = vault.reply(.getRequest(job.id)), waits {
      #expect(answer.turn?.before == ahead && answer.turn?.holder == holder?.id, "\(place)")
    }
  }

  /// Without wait: at once or not at all.
  private mutating func tryAtOnce(_ place: String) {
    let approved = jobs.values.filter { $0.rank != nil }.sorted { $0.id < $1.id }
    guard let job = random.pick(approved) else { return }
    let caller = connect()
    let ahead = before(job)
    let reply = submit(
      Command(
        caller: caller, action: .activate(request: job.id, ticket: job.ticket, hold: .ticket)))
    if holder != nil || ahead > 0 {
      guard case .grantBusy(_, let turn, nil)? = reply?.refusal else {
        Issue.record("\(place): \(String(describing: reply))")
        return
      }
      #expect(turn.before == ahead && turn.holder == holder?.id, "\(place)")
      #expect(turn.since == holder?.activated, "\(place)")
    } else if job.silences > 0 && !isOpen {
      #expect(reply?.refusal == .accountUnavailable, "\(place)")
      jobs[job.id]?.silences -= 1
    } else {
      #expect(reply?.state == "active", "\(place)")
      won(job.id, caller.connection, byTicket: true)
    }
  }

  /// A connection ends; what it attended alone runs out a minute later.
  private mutating func leave() {
    let all = Set(jobs.values.flatMap(\.attendants))
    guard let connection = random.pick(all.sorted()) else { return }
    for id in jobs.keys where jobs[id]?.attendants.remove(connection) != nil {
      jobs[id]?.parked.remove(connection)
      if jobs[id]?.maker == connection { jobs[id]?.maker = nil }
      if jobs[id]?.attendants.isEmpty == true { jobs[id]?.aloneSince = vault.now.wall }
    }
    if holder?.connection == connection { holder = nil }
    settle()
    end(connection)
  }

  private mutating func withdraw() {
    guard let job = random.pick(jobs.values.sorted { $0.id < $1.id }) else { return }
    let revokes = job.rank != nil && random.oneIn(2)
    gone(job.id)
    settle()
    _ = submit(
      revokes
        ? Command(caller: vault.caller(Fixture.admin), action: .revokeRequest(job.id))
        : Command(
          caller: vault.caller(Fixture.admin), action: .cancelRequest(job.id, ticket: nil)))
  }

  private mutating func closeHolder() {
    guard let active = holder else { return }
    holder = nil
    settle()
    if let connection = active.connection, random.oneIn(3) {
      end(connection)
      return
    }
    _ = submit(
      Command(caller: vault.caller(Fixture.admin), action: .revokeRequest(active.id)))
  }

  private mutating func readOrResume() {
    guard let active = holder else { return }
    let ticket = tickets[active.id]
    if let connection = active.connection, let caller = callers[connection] {
      if !active.isStale { holder?.wasRead = true }
      _ = submit(
        Command(caller: caller, action: .readGrant(request: active.id, ticket: nil, after: nil)))
    } else if let ticket, !active.isByTicket {
      let caller = connect()
      let reply = submit(
        Command(caller: caller, action: .resumeGrant(request: active.id, ticket: ticket)))
      #expect((reply?.state == "active") == !active.isStale, "request \(active.id)")
      if active.isStale { return }
      holder?.connection = caller.connection
      holder?.aloneSince = nil
    }
  }

  private var tickets: [Int64: SecretBuffer] = [:]

  private mutating func pass() {
    vault.advance(Int64(1_000 + random.below(40_000)))
    let now = vault.now.wall
    for job in jobs.values {
      if let until = job.expectedUntil, now >= until { jobs[job.id]?.expectedUntil = nil }
      if job.isAttended, let since = job.aloneSince, now >= since + 60_000 { gone(job.id) }
    }
    if let active = holder, !active.isByTicket {
      let isUnread = !active.wasRead && now >= active.activated + 60_000
      if active.connection != nil
        ? isUnread : active.aloneSince.map({ now >= $0 + 60_000 }) ?? false
      {
        holder = nil
        tally.abandoned += 1
      }
    }
    settle()
    _ = submit(Command(caller: vault.caller(Fixture.admin), action: .tick))
  }

  /// Every connection is gone; attended requests that are approved count for a minute.
  private mutating func restart() throws {
    tally.restarts += 1
    try vault.restart()
    vault.engine.lasting.slice = 1 + random.below(4)
    calls = [:]
    callers = [:]
    for job in jobs.values {
      jobs[job.id]?.parked = []
      jobs[job.id]?.attendants = []
      jobs[job.id]?.maker = nil
      jobs[job.id]?.aloneSince = vault.now.wall
      jobs[job.id]?.expectedUntil =
        job.isAttended && job.rank != nil ? vault.now.wall + 60_000 : nil
    }
    holder?.connection = nil
    holder?.aloneSince = vault.now.wall
  }

  /// Whoever had a place has none; in an open environment whoever stands there stands there again.
  private mutating func edit() throws {
    tally.edits += 1
    for id in jobs.keys {
      jobs[id]?.expectedUntil = nil
      guard !isOpen else { continue }
      jobs[id]?.rank = nil
      jobs[id]?.parked = []
    }
    holder?.isStale = true
    settle()
    let ttl = 86_400_000 - Int64(tally.edits) * 1_000
    let action = try vault.editAction("production") { $0.terms[\.clocks.grant] = ttl }
    _ = submit(Command(caller: vault.caller(Fixture.admin), action: action))
  }
}

extension Fixture {
  fileprivate func reply(_ action: Action) -> CommandReply? {
    run(caller(Self.admin), action)
  }
}
