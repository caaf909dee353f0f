import Promises
import SecretMemory
import Testing
import VaultCalls
import VaultCore
@testable import VaultEngine
import VaultStore

/// What a host's clock that jumps does to a vault, and does not.
@Suite struct `The clock of a vault` {
  private static let hour: Int64 = 3_600_000
  private static let day: Int64 = 86_400_000

  /// A vault, and a job in it.
  private struct Story {
    let vault: Fixture
    let job: Caller

    init(_ clocks: Clocks = Clocks()) throws {
      vault = try Fixture(auditors: [.uid(5)])
      try vault.furnish(clocks: clocks)
      job = vault.caller(Fixture.runner)
    }

    /// Somebody sets the wall clock; the daemon looks within a second.
    func step(_ milliseconds: Int64) {
      vault.now.wall += milliseconds
      tick()
    }

    func pass(_ milliseconds: Int64) {
      vault.advance(milliseconds)
      tick()
    }

    /// The host boots again, and the daemon with it.
    func reboot(off milliseconds: Int64) throws {
      vault.now.wall += milliseconds
      vault.now.boot = 30_000
      vault.now.bootID = BootID(high: vault.now.bootID.high + 1, low: 0)
      try vault.restart()
      tick()
    }

    func tick() { _ = vault.run(job, .tick) }

    func approved() throws -> (id: Int64, ticket: SecretBuffer) {
      let made = try vault.approvedRequest(by: job)
      return (made.request.id, made.ticket)
    }

    func activate(_ made: (id: Int64, ticket: SecretBuffer), hold: Grant.Hold = .ticket)
      -> CommandReply
    {
      vault.run(job, .activate(request: made.id, ticket: made.ticket, hold: hold))
    }

    func read(_ made: (id: Int64, ticket: SecretBuffer)) -> CommandReply {
      vault.run(job, .readGrant(request: made.id, ticket: made.ticket, after: nil))
    }

    /// A job from its request to its secret.
    func runs() throws -> Bool {
      let made = try approved()
      guard activate(made).state == "active" else { return false }
      guard read(made).released != nil else { return false }
      return vault.run(
        job, .closeGrant(request: made.id, ticket: made.ticket, outcome: .success)
      ).state == "closed"
    }

    func state(_ id: Int64) -> String? { vault.run(job, .getRequest(id)).state }

    func records(_ event: AuditEvent) throws -> [AuditRecord] {
      try vault.reader().list(after: 0, limit: 500).records.map(\.record).filter {
        $0.event == event
      }
    }
  }

  @Test(.promise(.wallOnTrial))
  func `clocks: a second a day ahead, with a record in it, blocks nobody, over a restart too`()
    throws
  {
    let story = try Story()
    story.step(Self.day)
    #expect(story.vault.run(story.job, try story.vault.getAction("development")).released != nil)
    story.vault.advance(1_000)
    story.step(-Self.day)
    #expect(try story.runs())
    try story.vault.restart()
    #expect(try story.runs())
    try story.reboot(off: 60_000)
    #expect(try story.runs())
    #expect(try story.records(.clockAdopted).isEmpty)
  }

  @Test(.promise(.wallOnTrial))
  func `clocks: a wall on trial refuses what it says is over, and writes no end`() throws {
    let story = try Story()
    let waiting = try story.vault.request(by: story.job).request
    let approved = try story.approved()
    let active = try story.approved()
    #expect(story.activate(active).state == "active")
    let held = try story.approved()
    #expect(story.activate(held, hold: .connection).state == "active")

    story.step(2 * Self.day)
    let bob = story.vault.caller(Fixture.bob)
    for reply in [
      story.vault.run(bob, .approve(request: waiting.id, digest: waiting.digest, comment: "")),
      story.vault.run(bob, .reject(request: waiting.id, digest: nil, comment: "")),
      story.activate(approved), story.read(active), story.read(held),
    ] {
      #expect(reply.refusal?.reason == "clock.trial")
    }
    #expect(story.vault.run(story.job, .status).clock?.kind == .trial)
    for (id, state) in [(waiting.id, "waiting"), (approved.id, "approved"), (active.id, "active")] {
      #expect(story.state(id) == state)
    }
    #expect(try story.records(.requestExpired).isEmpty)
    #expect(
      try story.records(.refused).contains { $0.details.contains(.init("reason", "clock.trial")) })

    story.step(-2 * Self.day)
    #expect(story.read(active).released != nil)
    #expect(story.read(held).released != nil)
    #expect(story.activate(approved).state == "active")
    #expect(
      story.vault.run(bob, .approve(request: waiting.id, digest: waiting.digest, comment: "")).state
        == "approved")
  }

  @Test func `clocks: what is asked for while a wall is on trial is not over by it`() throws {
    let story = try Story()
    story.step(2 * Self.day)
    #expect(try story.runs())
    let made = try story.approved()
    #expect(story.activate(made).state == "active")
    story.pass(900_000)
    #expect(try story.records(.clockAdopted).count == 1)
    #expect(story.read(made).released != nil, "nor by its adoption")
    story.pass(Self.hour - 900_000)
    #expect(story.state(made.id) == "closed")
  }

  @Test func `clocks: a wall that has stood is adopted, on the record, and ends what is over`()
    throws
  {
    let story = try Story()
    let waiting = try story.vault.request(by: story.job).request
    let before = story.vault.now.wall
    story.step(2 * Self.day)
    story.pass(899_999)
    #expect(story.state(waiting.id) == "waiting")
    story.pass(1)
    #expect(story.state(waiting.id) == "expired")
    let adopted = try #require(try story.records(.clockAdopted).first)
    #expect(
      adopted.details == [
        .init("from", Timestamp.text(milliseconds: before + 900_000)),
        .init("to", Timestamp.text(milliseconds: before + 2 * Self.day + 900_000)),
      ])
    #expect(try story.runs())
  }

  @Test func `clocks: a trial goes on over a restart of the daemon, and so does what was adopted`()
    throws
  {
    let story = try Story()
    let waiting = try story.vault.request(by: story.job).request
    story.step(2 * Self.day)
    story.pass(500_000)
    try story.vault.restart()
    story.tick()
    #expect(story.vault.run(story.job, .status).clock?.adopted != nil)
    #expect(story.vault.run(story.job, .status).clock?.trial?.left == 400_000)
    #expect(story.state(waiting.id) == "waiting")
    story.pass(400_000)
    #expect(story.state(waiting.id) == "expired")
  }

  @Test(.promise(.wallOnTrial))
  func `clocks: an approval given while ahead dies in the next boot when it was meant to`()
    throws
  {
    let story = try Story()
    story.step(365 * Self.day)
    let made = try story.approved()
    let late = try story.approved()
    story.vault.advance(1_000)
    story.step(-365 * Self.day)
    try story.reboot(off: 7 * Self.hour)
    #expect(story.activate(made).state == "active")
    story.pass(Self.hour)
    #expect(story.state(late.id) == "expired")
    #expect(story.state(made.id) == "closed" || story.read(made).released != nil)
  }

  @Test(.promise(.unknownTime))
  func `clocks: after an RTC of 1970 nothing is decided until NTP has set it`() throws {
    let story = try Story()
    let made = try story.approved()
    let before = story.vault.now.wall
    try story.reboot(off: -before)
    #expect(story.activate(made).refusal?.reason == "clock.behind")
    #expect(throws: Unexpected.self) { try story.approved() }
    story.pass(60_000)
    story.step(before)
    #expect(story.activate(made).state == "active")
    #expect(try story.runs())
    #expect(try story.records(.clockAdopted).count == 1)
  }

  @Test(.promise(.unknownTime))
  func `clocks: of a machine that was resumed, an old grant reads nothing more`() throws {
    let story = try Story()
    let made = try story.approved()
    #expect(story.activate(made).state == "active")
    // CLOCK_BOOTTIME stood still, and nobody has looked since.
    story.vault.now.wall += 3 * Self.hour
    #expect(story.read(made).refusal?.reason == "clock.trial")
    #expect(try story.runs())
    story.pass(900_000)
    #expect(story.state(made.id) == "closed")
  }

  @Test(.promise(.unknownTime))
  func `clocks: an edit while a wall is on trial neither ends nor approves what is disputed`()
    throws
  {
    let story = try Story()
    let waiting = try story.vault.request(by: story.job).request
    story.step(2 * Self.day)
    _ = try story.vault.edit("production", allowWeaken: true) {
      $0.protection = .unprotected
    }
    #expect(story.state(waiting.id) == "waiting")
    #expect(story.activate((waiting.id, try story.vault.value("x"))).refusal != nil)
    #expect(try story.records(.requestExpired).isEmpty)
  }

  @Test func `clocks: every record carries the wall that was shown and the time since boot`() throws
  {
    let story = try Story()
    story.step(Self.day)
    _ = try story.approved()
    let record = try #require(try story.records(.requestCreated).last)
    #expect(record.time == story.vault.now.wall)
    #expect(record.boot == story.vault.now.boot)
  }

  @Test func `clocks: what is only read is judged by its own look, and changes nothing stored`()
    throws
  {
    let story = try Story()
    let stored = story.vault.engine.trail.head
    story.vault.now.wall += Self.day
    #expect(story.vault.run(story.job, .status).clock?.kind == .trial)
    #expect(story.vault.engine.trail.head == stored)
  }

  @Test func `clocks: where there is hardly any room the clock is stored with the next head alone`()
    throws
  {
    let story = try Story()
    story.vault.advance(120_000)
    let engine = story.vault.engine
    engine.trail.head.clock = engine.trail.head.clock.looked(at: story.vault.now).state
    #expect(engine.owesClock)
    engine.lasting.trouble = .scarce
    #expect(!engine.owesClock)
  }
}

/// `envgated reset-clock`, below its command line.
@Suite struct `A reset of the clock` {
  private static let day: Int64 = 86_400_000

  /// A vault that has gone by a clock a day ahead, and was booted since.
  private func late(_ body: (Fixture, Caller) throws -> Void) throws {
    let vault = try Fixture(auditors: [.uid(5)])
    try vault.furnish()
    let job = vault.caller(Fixture.runner)
    vault.now.wall += Self.day
    _ = vault.run(job, .tick)
    vault.advance(900_000)
    _ = vault.run(job, .tick)
    try body(vault, job)
  }

  @Test func `clocks: a reset goes by the wall as it is, and the next boot is believed at once`()
    throws
  {
    try late { vault, job in
      vault.now.wall -= Self.day
      vault.now.bootID = BootID(high: 9, low: 9)
      try vault.restart()
      _ = vault.run(job, .tick)
      #expect(vault.run(job, .status).clock?.kind == .behind)
      _ = try vault.engine.resetClock(by: 0, now: vault.now)
      try vault.restart()
      #expect(vault.run(job, .status).clock == nil)
      #expect(vault.engine.trail.head.clock.highest == vault.now.wall)
      _ = try vault.approvedRequest(by: job)
      vault.now.bootID = BootID(high: 10, low: 9)
      vault.advance(60_000)
      try vault.restart()
      #expect(vault.run(job, .status).clock == nil)
    }
  }

  @Test(.promise(.resetEndsAll))
  func `clocks: a reset ends every request and grant, on the record, signed`() throws {
    try late { vault, job in
      let waiting = try vault.request(by: job).request
      let approved = try vault.approvedRequest(by: job)
      let held = try vault.approvedRequest(by: job)
      let grant = held.request.id
      #expect(
        vault.run(job, .activate(request: grant, ticket: held.ticket, hold: .ticket)).state
          == "active")
      let reset = try vault.engine.resetClock(by: 4711, now: vault.now)
      #expect(reset.ended == 3)
      try vault.restart()
      for (id, state) in [
        (waiting.id, "cancelled"), (approved.request.id, "revoked"), (grant, "revoked"),
      ] {
        #expect(vault.run(job, .getRequest(id)).state == state)
      }
      #expect(
        vault.run(job, .readGrant(request: grant, ticket: held.ticket, after: nil)).refusal != nil)
      let records = try vault.reader().list(after: 0, limit: 500).records
      let last = try #require(records.last?.record)
      #expect(last.event == .clockReset)
      #expect(last.uid == 4711)
      #expect(last.details.contains(.init("ended", "3")))
      let verified = try vault.reader().verify()
      #expect(verified.isVerified)
      #expect(verified.signedThrough == last.sequence)
      #expect(vault.engine.live.ids().isEmpty)
    }
  }

  @Test func `clocks: a reset ends what an earlier command had still to end`() throws {
    try late { vault, job in
      let made = try (0..<40).map { _ in try vault.approvedRequest(by: job).request.id }
      guard
        case .revoked = vault.run(
          vault.caller(Fixture.admin), .revokeAll(environment: nil, requester: nil))
      else { throw Unexpected("nothing was revoked") }
      #expect(!vault.engine.trail.head.endings.isEmpty)
      _ = try vault.engine.resetClock(by: 0, now: vault.now)
      try vault.restart()
      #expect(vault.engine.live.entries.isEmpty)
      for id in made { #expect(vault.run(job, .getRequest(id)).state == "revoked") }
    }
  }

  @Test func `clocks: a reset ends what was decided as it was decided, and leaves nothing to do`()
    throws
  {
    try late { vault, job in
      vault.slice = 1
      let made = try (0..<4).map { _ in try vault.approvedRequest(by: job).request.id }
      // Cancelled, since what they are pinned to is gone; an approval alone would be revoked.
      _ = vault.engine.commit(
        [
          Command(
            caller: vault.caller(Fixture.admin),
            action: try vault.versionAction("production", "AZURE_CREDENTIALS", 1, .destroyed))
        ], now: vault.now)
      #expect(!vault.engine.trail.head.endings.isEmpty)
      _ = try vault.engine.resetClock(by: 0, now: vault.now)
      #expect(vault.engine.trail.head.endings.isEmpty)
      try vault.restart()
      #expect(!vault.engine.hasBacklog)
      for id in made { #expect(vault.run(job, .getRequest(id)).state == "cancelled") }
    }
  }

  @Test func `clocks: a reset ends more requests than one transaction takes`() throws {
    try late { vault, job in
      vault.configuration.waiting = (perEnvironment: 2_000, perRequester: 2_000)
      try vault.restart()
      let made = try (0..<7).map { _ in try vault.request(by: job).request.id }
      let reset = try vault.engine.resetClock(by: 0, now: vault.now, slice: 3)
      #expect(reset.ended == 7)
      try vault.restart()
      for id in made { #expect(vault.run(job, .getRequest(id)).state == "cancelled") }
      #expect(try vault.reader().verify().isVerified)
    }
  }
}

extension CommandReply {
  fileprivate var clock: ClockDoubt? {
    if case .status(let answer) = self { answer.clock } else { nil }
  }
}
