import Promises
import Testing
import VaultCore
import VaultEngine

/// `what-was-approved`, where the gate itself changes: an edit takes effect at once, on everything that
/// leans on the gate it replaces.
@Suite struct EnvironmentEditTests {
  /// production, where two of three approve.
  private func strict() throws -> Fixture {
    let vault = try Fixture()
    try vault.create(
      "production",
      vault.reviewed(
        by: [Fixture.bob, Fixture.carol, 1004], required: 2, exclusive: true, maxReads: 3))
    return vault
  }

  @Test func `an edit of the revision that it knows is made, one of any other changes nothing`()
    throws
  {
    let vault = try strict()
    let made = try vault.edit("production", revision: 1) { $0.terms[\.clocks.grant] = 60_000 }
    #expect(made.edited?.revision == 2)
    #expect(made.edited?.changes == ["grant_ttl: 1h -> 1m"])
    let records = try vault.audit().count
    for revision: Int64 in [1, 3, 0, -1] {
      let reply = try vault.edit("production", revision: revision) {
        $0.terms[\.clocks.grant] = 30_000
      }
      #expect(reply.refusal == .revisionMismatch(current: 2))
    }
    #expect(try vault.environment("production").gate.clocks.grant == 60_000)
    #expect(try vault.audit().count == records)
    #expect(
      try vault.edit("production") { $0.terms[\.clocks.grant] = 30_000 }.edited?.revision == 3)
    try vault.restart()
    #expect(try vault.environment("production").revision == 3)
  }

  static let weaker: [(name: String, edit: @Sendable (inout GateEdit) -> Void, Weakening)] = [
    ("unprotected", { $0.protection = .unprotected }, .unprotected),
    ("fewer approvals", { $0.approvals = 1 }, .rule(1)),
    ("one more reviewer", { $0.reviewers.add = [.uid(1005)] }, .rule(1)),
    (
      "other reviewers",
      {
        $0.protection = .reviewers([
          ReviewerRule(reviewers: [.uid(1005), .uid(1006)], required: 2)
        ])
      }, .rule(1)
    ),
    (
      "a group in place of people",
      {
        $0.protection = .reviewers([
          ReviewerRule(reviewers: [.group(name: "ops", gid: 77)], required: 2)
        ])
      }, .rule(1)
    ),
    ("one more requester", { $0.requesters.add = [.uid(2000)] }, .requesters(["uid:2000"])),
    ("any requester", { $0.anyRequester = true }, .requesters(["every account"])),
    ("self-review", { $0.terms[\.allowSelfReview] = true }, .selfReview),
    ("not exclusive", { $0.terms[\.exclusive] = false }, .exclusive),
    ("more reads", { $0.terms[\.maxReads] = 4 }, .maxReads),
    ("reads without end", { $0.terms[\.maxReads] = .some(nil) }, .maxReads),
    ("longer requests", { $0.terms[\.clocks.request] = 86_400_001 }, .clock("request_ttl")),
    ("longer approvals", { $0.terms[\.clocks.approval] = 28_800_001 }, .clock("approval_ttl")),
    ("longer grants", { $0.terms[\.clocks.grant] = 3_600_001 }, .clock("grant_ttl")),
  ]

  @Test(.promise(.weakerEditsAreMeant), arguments: weaker.indices)
  func `a weaker gate needs to be meant, whatever the edit, and is on the record as weaker`(
    index: Int
  ) throws {
    let (name, edit, weakening) = Self.weaker[index]
    let vault = try strict()
    let before = try vault.environment("production")
    let records = try vault.audit().count
    #expect(
      try vault.edit("production", revision: 1, edit).refusal
        == .gateWeaker(environment: "production", [weakening]), "\(name)")
    #expect(try vault.environment("production") == before)
    #expect(try vault.audit().count == records)
    let meant = try vault.edit("production", revision: 1, allowWeaken: true, edit)
    #expect(meant.edited?.revision == 2, "\(name)")
    let record = try vault.audit().last
    #expect(record?.event == .environmentChanged)
    #expect(record?.details.first { $0.name == "weaker" }?.value == weakening.sentence)
  }

  @Test func `what weakens is not hidden by what strengthens beside it`() throws {
    let vault = try strict()
    let reply = try vault.edit("production") {
      $0.approvals = 3
      $0.terms[\.maxReads] = 1
      $0.requesters.add = [.uid(2000)]
    }
    #expect(
      reply.refusal == .gateWeaker(environment: "production", [.requesters(["uid:2000"])]))
  }

  static let stricter: [@Sendable (inout GateEdit) -> Void] = [
    { $0.approvals = 3 }, { $0.reviewers.remove = [.uid(1004)] },
    { $0.writers.add = [.uid(3000)] }, { $0.terms[\.maxReads] = 2 },
    { $0.terms[\.clocks.request] = 1_000 },
    { $0.terms[\.clocks.approval] = 1_000 }, { $0.terms[\.clocks.grant] = 1_000 },
  ]

  @Test(arguments: stricter.indices)
  func `a gate that is no weaker takes effect without a word`(index: Int) throws {
    let vault = try strict()
    #expect(try vault.edit("production", Self.stricter[index]).edited?.revision == 2)
    #expect(try vault.audit().last?.details.map(\.name) == ["revision", "change"])
  }

  @Test(.promise(.editVoidsApprovals))
  func `what was approved waits again under a new digest, and the old approval is worthless`()
    throws
  {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let bob = vault.caller(Fixture.bob)
    let (request, _) = try vault.approvedRequest(by: maker)
    #expect(try vault.edit("production") { $0.terms[\.clocks.grant] = 60_000 }.edited?.reset == 1)
    let reset = try vault.seen(request.id)
    #expect(reset.state == .waiting)
    #expect(reset.reviews.isEmpty)
    #expect(reset.gateRevision == 2)
    #expect(reset.digest != request.digest)
    #expect(try vault.audit().last?.event == .requestReset)
    #expect(vault.run(maker, .activate(request: request.id, ticket: nil)).isGateWaiting)
    let approve = { Action.approve(request: request.id, digest: $0, comment: "") }
    #expect(vault.run(bob, approve(request.digest)).refusal == .digestMismatch(id: request.id))
    #expect(vault.run(bob, approve(reset.digest)).state == "approved")
    #expect(vault.run(maker, .activate(request: request.id, ticket: nil)).state == "active")
    #expect(
      vault.run(maker, .readGrant(request: request.id, ticket: nil, after: nil)).released
        == ["value of production"])
  }

  @Test func `what waits loses the reviews it had, and the same reviewer approves anew`() throws {
    let vault = try strict()
    let maker = vault.caller(Fixture.runner)
    let (request, _) = try vault.request(by: maker)
    func approve(_ uid: UInt32) throws -> String? {
      let digest = try vault.seen(request.id).digest
      return vault.run(
        vault.caller(uid), .approve(request: request.id, digest: digest, comment: "")
      ).state
    }
    #expect(try approve(Fixture.bob) == "waiting")
    #expect(try vault.edit("production") { $0.terms[\.clocks.grant] = 60_000 }.edited?.reset == 0)
    #expect(try vault.seen(request.id).reviews.isEmpty)
    #expect(try approve(Fixture.carol) == "waiting")
    #expect(try approve(Fixture.bob) == "approved")
  }

  @Test func `an active grant is refused at its next read, and can still be closed`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let maker = vault.caller(Fixture.runner)
    let (id, ticket) = try vault.grant(by: maker)
    let read = Action.readGrant(request: id, ticket: nil, after: nil)
    #expect(vault.run(maker, read).released != nil)
    // In one batch: what comes after the edit already meets it.
    let replies = vault.batch([
      (maker, read),
      (
        vault.caller(Fixture.admin),
        try vault.editAction("production") { $0.terms[\.clocks.grant] = 60_000 }
      ),
      (maker, read),
    ])
    #expect(replies[0].released == ["value of production"])
    #expect(replies[2].refusal == .gateChanged(id: id))
    for action in [
      read, .readGrant(request: id, ticket: ticket, after: nil),
      try vault.get("production", "AZURE_CREDENTIALS", of: id),
    ] {
      #expect(vault.run(maker, action).refusal == .gateChanged(id: id))
    }
    #expect(
      vault.run(maker, .closeGrant(request: id, ticket: nil, outcome: .failure)).state == "closed")
  }

  @Test(.promise(.editVoidsApprovals))
  func `a page that follows one from before an edit is refused`() throws {
    let vault = try Fixture()
    vault.configuration.pageBytes = 1
    try vault.restart()
    try vault.furnish()
    try vault.set("production", "ZED", "z")
    let maker = vault.caller(Fixture.runner)
    let (id, _) = try vault.grant(by: maker)
    guard
      case .grantPage(_, let next?) = vault.run(
        maker, .readGrant(request: id, ticket: nil, after: nil))
    else {
      Issue.record("no first page")
      return
    }
    try vault.edit("production") { $0.terms[\.clocks.grant] = 60_000 }
    #expect(
      vault.run(maker, .readGrant(request: id, ticket: nil, after: next)).refusal
        == .gateChanged(id: id))
  }

  @Test func `an edit that changes nothing changes nothing`() throws {
    let vault = try Fixture()
    try vault.furnish()
    let (request, _) = try vault.approvedRequest(by: vault.caller(Fixture.runner))
    let before = try vault.environment("production")
    let records = try vault.audit().count
    for change: (inout GateEdit) -> Void in [
      { _ in }, { $0.approvals = 1 }, { $0.terms[\.allowSelfReview] = false },
      { $0.terms[\.exclusive] = false },
      { $0.terms[\.maxReads] = .some(nil) }, { $0.terms[\.clocks.grant] = 3_600_000 },
      {
        $0.reviewers.remove = [.uid(Fixture.bob)]
        $0.reviewers.add = [.uid(Fixture.bob)]
        $0.reviewers.remove.append(.uid(Fixture.carol))
        $0.reviewers.add.append(.uid(Fixture.carol))
      },
    ] {
      let reply = try vault.edit("production", revision: 1, allowWeaken: true, change)
      #expect(reply.edited?.changes == [])
      #expect(reply.edited?.reset == 0)
    }
    #expect(try vault.environment("production") == before)
    #expect(try vault.seen(request.id) == request)
    #expect(try vault.audit().count == records)
  }

  @Test
  func `two edits of one revision in one batch: the first wins, the second learns the new one`()
    throws
  {
    let vault = try strict()
    let admin = vault.caller(Fixture.admin)
    let replies = vault.batch([
      (
        admin, try vault.editAction("production", revision: 1) { $0.terms[\.clocks.grant] = 60_000 }
      ),
      (admin, try vault.editAction("production", revision: 1) { $0.approvals = 3 }),
    ])
    #expect(replies[0].edited?.revision == 2)
    #expect(replies[1].refusal == .revisionMismatch(current: 2))
    #expect(try vault.environment("production").gate.rules.map(\.required) == [2])
  }

  @Test(.promise(.editVoidsApprovals))
  func `an edit and an approval in one batch: the approval never outlives the edit`() throws {
    for editFirst in [true, false] {
      let vault = try Fixture()
      try vault.furnish()
      let maker = vault.caller(Fixture.runner)
      let (request, _) = try vault.request(by: maker)
      let edit = (
        vault.caller(Fixture.admin),
        try vault.editAction("production") { $0.terms[\.clocks.grant] = 60_000 }
      )
      let approve = (
        vault.caller(Fixture.bob),
        Action.approve(request: request.id, digest: request.digest, comment: "")
      )
      let replies = vault.batch(
        (editFirst ? [edit, approve] : [approve, edit])
          + [(maker, .activate(request: request.id, ticket: nil))])
      #expect(replies[2].isGateWaiting)
      #expect(try vault.state(request.id) == "waiting")
    }
  }

  @Test func `an edit that nobody could satisfy is refused, meant or not, and changes nothing`()
    throws
  {
    let vault = try strict()
    let (request, _) = try vault.request(by: vault.caller(Fixture.runner))
    let before = try vault.environment("production")
    let records = try vault.audit().count
    for change: (inout GateEdit) -> Void in [
      { $0.approvals = 4 }, { $0.approvals = 0 },
      { $0.reviewers.remove = [.uid(Fixture.bob), .uid(1004)] },
      { $0.reviewers.remove = [.uid(4242)] }, { $0.requesters.remove = [.uid(Fixture.runner)] },
      { $0.protection = .reviewers([]) }, { $0.terms[\.clocks.grant] = 0 },
      { $0.terms[\.maxReads] = 0 },
    ] {
      let reply = try vault.edit("production", allowWeaken: true, change)
      guard case .gateInvalid? = reply.refusal else {
        Issue.record("\(reply)")
        continue
      }
    }
    #expect(try vault.environment("production") == before)
    #expect(try vault.seen(request.id) == request)
    #expect(try vault.audit().count == records)
  }

  @Test func `nobody but an admin edits or deletes a gate, a writer included`() throws {
    let vault = try Fixture()
    try vault.furnish()
    try vault.edit("production") { $0.writers.add = [.uid(3000)] }
    for action in [
      try vault.editAction("production") { $0.terms[\.clocks.grant] = 60_000 },
      .deleteEnvironment(try EnvironmentName("production")),
    ] {
      for uid in [Fixture.runner, Fixture.bob, 3000] {
        #expect(vault.run(vault.caller(uid), action).isAccessDenied, "uid \(uid)")
      }
      #expect(
        vault.run(vault.caller(4242), action).refusal == .environmentUnknown("production"))
    }
    #expect(try vault.environment("production").revision == 2)
  }

  @Test func `a gate that asks for no approval any more approves what waits, under a new digest`()
    throws
  {
    let vault = try strict()
    let maker = vault.caller(Fixture.runner)
    let (request, _) = try vault.request(by: maker)
    let reply = try vault.edit("production", allowWeaken: true) { $0.protection = .unprotected }
    #expect(reply.edited?.reset == 0)
    #expect(try vault.state(request.id) == "approved")
    #expect(try vault.seen(request.id).digest != request.digest)
    // It is exclusive still, so nobody reads beside a grant.
    #expect(
      vault.run(maker, try vault.getAction("production", "TOKEN")).refusal
        == .gateRequired("production"))
    #expect(vault.run(maker, .activate(request: request.id, ticket: nil)).state == "active")
  }

  @Test(.promise(.editGivesNoTime))
  func `an edit gives no time to what has run out and was not swept yet`() throws {
    // The last: what is approved has time, and the wait to which it would go back has not.
    for (isApproved, approval, later) in [
      (false, 10_000, 20_000), (true, 10_000, 10_000), (true, 60_000, 20_000),
    ] as [(Bool, Int64, Int64)] {
      let vault = try Fixture()
      try vault.create(
        "production", vault.reviewed(clocks: Clocks(request: 20_000, approval: approval)))
      let maker = vault.caller(Fixture.runner)
      let made = try isApproved ? vault.approvedRequest(by: maker) : vault.request(by: maker)
      let id = made.request.id
      vault.advance(later)
      let reply = try vault.edit("production", allowWeaken: true) { $0.protection = .unprotected }
      #expect(reply.edited?.reset == 0)
      #expect(try vault.state(id) == "expired")
    }
  }
}
