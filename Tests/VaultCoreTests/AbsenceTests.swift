import Promises
import TestSupport
import Testing
@testable import VaultCore

/// Approvals whose accounts have left, and come back.
@Suite struct `An approval whose account has left` {
  static let until = Deadline(after: 8_000, from: Clock.start)
  /// Of the record that says so, as ``AccessRequest/reviewed`` has it in these tests.
  static let place: Int64 = 90
  static let gate = Gate.rules((1, [Host.user(Host.alice), Host.user(Host.bob), Host.opsGroup]))

  private func approved(_ reviews: [Review], lives: Int64 = 86_400_000) throws -> AccessRequest {
    try Sample.request(state: .approved(until: Self.until, place: Self.place), lives: lives).with(
      reviews: reviews)
  }

  private func recheck(
    _ request: AccessRequest, _ answers: [UInt32: AccountAnswer], asked: Int64? = nil,
    at milliseconds: Int64 = 100
  ) throws -> AccessRequest? {
    request.rechecked(
      answers, asked: asked, in: try Sample.environment(Self.gate), record: Self.place,
      at: Clock.after(milliseconds))
  }

  static let renamed = AccountAnswer.known(Account(uid: Host.alice, name: "mallory", groups: []))

  @Test(.promise(.reviewersWhoLeft), arguments: [AccountAnswer.nobody, renamed])
  func `is kept and marked, and its request waits again`(answer: AccountAnswer) throws {
    let request = try approved([Sample.review(Host.alice)])
    let next = try #require(try recheck(request, [Host.alice: answer]))
    #expect(next.state == .waiting)
    #expect(next.revision == request.revision + 1)
    #expect(
      next.reviews.first?.absence
        == Review.Absence(principals: [Host.user(Host.alice)], until: Self.until))
    #expect(next.reviews.first?.isStale == true)
    // Others may approve, and then it is theirs alone that counts.
    let bob = try next.reviewed(
      by: Host.caller(Host.bob), in: try Sample.environment(Self.gate), at: Clock.after(200))
    #expect(
      bob.state
        == .approved(
          until: Deadline(after: 28_800_000, from: Clock.after(200)), place: Self.place))
    let grant = try bob.activated(in: try Sample.environment(Self.gate), at: Clock.after(300)).grant
    #expect(grant?.counted == [1])
  }

  @Test(.promise(.reviewersWhoReturn))
  func `counts again when the account is back, and brings no more time`() throws {
    let gone = try #require(
      try recheck(try approved([Sample.review(Host.alice)]), [Host.alice: .nobody]))
    #expect(try recheck(gone, [Host.alice: Self.renamed]) == nil)
    #expect(try recheck(gone, [Host.alice: .unavailable]) == nil)
    let back = try #require(
      try recheck(gone, [Host.alice: Host.answer(Host.alice)], at: 7_999))
    #expect(back.state == .approved(until: Self.until, place: Self.place))
    #expect(back.reviews.first?.absence == nil)
    #expect(try recheck(gone, [Host.alice: Host.answer(Host.alice)], at: 8_000) == nil)
  }

  @Test(.promise(.reviewersWhoReturn))
  func `does not count as a group that it is out of, and its uid is inherited by nobody`()
    throws
  {
    let member = Host.answer(Host.carol, groups: [Host.ops])
    let request = try approved([Sample.review(Host.carol, as: [Host.opsGroup])])
    #expect(try recheck(request, [Host.carol: member]) == nil)
    let heir = AccountAnswer.known(
      Account(uid: Host.carol, name: "mallory", groups: [.init(gid: Host.ops, name: "ops")]))
    for answer in [Host.answer(Host.carol), heir, .nobody] {
      #expect(try recheck(request, [Host.carol: answer])?.state == .waiting)
    }
  }

  @Test func `that loses one of its principals still counts as the other`() throws {
    let both = Sample.review(Host.alice, as: [Host.user(Host.alice), Host.opsGroup])
    let next = try #require(
      try recheck(try approved([both]), [Host.alice: Host.answer(Host.alice)]))
    #expect(next.state == .approved(until: Self.until, place: Self.place))
    #expect(next.reviews.first?.standing == [Host.user(Host.alice)])
    #expect(next.reviews.first?.isStale == false)
  }

  /// Lost in two steps, of two approvals of the request: the first held until 8 s.
  @Test(arguments: [5_000, 11_000] as [Int64])
  func `counts again until the earlier end, where it is lost in two steps`(
    end: Int64
  ) throws {
    var review = Sample.review(Host.alice, as: [Host.user(Host.alice), Host.opsGroup])
    review.absence = Review.Absence(principals: [Host.opsGroup], until: Self.until)
    let state = RequestState.approved(
      until: Deadline(after: end, from: Clock.start), place: Self.place)
    let request = try Sample.request(state: state).with(reviews: [review])
    let next = try #require(try recheck(request, [Host.alice: .nobody]))
    #expect(next.state == .waiting)
    let first = Deadline(after: min(end, 8_000), from: Clock.start)
    #expect(next.reviews.first?.absence?.until == first)
    #expect(next.reviews.first?.absence?.principals == [Host.user(Host.alice), Host.opsGroup])
  }

  @Test(.promise(.noAnswerIsNoApproval))
  func `no answer, a bare uid, a rejection and a later review change nothing`() throws {
    let named = try approved([Sample.review(Host.alice)])
    #expect(try recheck(named, [Host.alice: .unavailable]) == nil)
    #expect(try recheck(named, [:]) == nil)
    #expect(try recheck(named, [Host.bob: .nobody]) == nil)
    #expect(try recheck(named, [Host.alice: .nobody], asked: Clock.start.boot) == nil)
    #expect(try recheck(named, [Host.alice: .nobody], asked: Clock.start.boot + 1) != nil)
    let bare = try approved([Sample.review(50, as: [.uid(50)])])
    #expect(try recheck(bare, [50: .nobody]) == nil)
    #expect(bare.watchedReviewers.isEmpty && bare.reviewersInNeed.isEmpty)
    let no = try approved([Sample.review(Host.alice, .rejected)])
    #expect(try recheck(no, [Host.alice: .nobody]) == nil)
  }

  @Test
  func `of a review of an earlier boot the account database was asked later, whatever the clocks`()
    throws
  {
    // Its time since boot is beyond this boot's, and says nothing here.
    let before = ClockReading(
      wall: Clock.start.wall, boot: Clock.start.boot + 1_000_000, bootID: Clock.nextBoot)
    let request = try approved([Sample.review(Host.alice, at: before)])
    let next = try recheck(request, [Host.alice: .nobody], asked: Clock.start.boot)
    #expect(next?.state == .waiting)
  }

  @Test func `what is active, over, of another gate or past its end is left as it is`() throws {
    let reviews = [Sample.review(Host.alice)]
    for state in RequestState.every where state != .waiting && state.text != "approved" {
      let request = try Sample.request(state: state).with(reviews: reviews)
      #expect(try recheck(request, [Host.alice: .nobody]) == nil, "\(state)")
      #expect(request.watchedReviewers.isEmpty)
    }
    #expect(try recheck(try approved(reviews), [Host.alice: .nobody], at: 8_000) == nil)
    var other = try approved(reviews)
    other.gateRevision = 2
    #expect(try recheck(other, [Host.alice: .nobody]) == nil)
  }

  @Test func `a request whose own time is over waits as long as the approval would have held`()
    throws
  {
    let gone = try #require(
      try recheck(
        try approved([Sample.review(Host.alice)], lives: 1_000), [Host.alice: .nobody], at: 2_000))
    #expect(gone.state == .waiting)
    #expect(gone.waitsUntil == Self.until)
    #expect(!gone.endIsReached(at: Clock.after(7_999)))
    #expect(gone.endIsReached(at: Clock.after(8_000)))
  }

  @Test func `what was said of a later review is passed over, whatever the wall said`() throws {
    let start = Clock.start
    for (time, isLater) in [
      // A day ahead, then right again.
      (ClockReading(wall: start.wall + 86_400_000, boot: start.boot, bootID: Clock.boot), false),
      (
        ClockReading(wall: start.wall - 86_400_000, boot: start.boot + 50, bootID: Clock.boot), true
      ),
      (ClockReading(wall: start.wall, boot: start.boot + 50, bootID: Clock.nextBoot), false),
    ] {
      let request = try approved([Sample.review(Host.alice, at: time)])
      let next = try recheck(request, [Host.alice: .nobody], asked: start.boot + 50)
      #expect((next == nil) == isLater, "\(time)")
    }
  }

  @Test func `is looked at while it may be used or come back, and asked about while it counts`()
    throws
  {
    let reviews = [
      Sample.review(Host.carol), Sample.review(Host.alice), Sample.review(Host.carol),
      Sample.review(50, as: [.uid(50)]), Sample.review(60, .rejected),
    ]
    let request = try approved(reviews)
    #expect(request.watchedReviewers == [Host.carol, Host.alice])
    #expect(request.reviewersInNeed == [Host.carol, Host.alice])
    #expect(try Sample.request().with(reviews: reviews).watchedReviewers.isEmpty)
    let gone = try #require(try recheck(request, [Host.alice: .nobody, Host.carol: .nobody]))
    #expect(gone.watchedReviewers == [Host.carol, Host.alice])
    #expect(gone.reviewersInNeed.isEmpty)
  }

  @Test func `whoever has come back may say so anew, whoever still counts may not`() throws {
    let environment = try Sample.environment(Self.gate)
    let gone = try #require(
      try recheck(try approved([Sample.review(Host.alice)]), [Host.alice: .nobody]))
    let again = try gone.reviewed(
      by: Host.caller(Host.alice), in: environment, at: Clock.after(200))
    #expect(again.state.text == "approved")
    #expect(try again.activated(in: environment, at: Clock.after(300)).grant?.counted == [1])
  }

  /// The obvious model: who counts is counted anew each time, from what every account was at each moment.
  private struct Model {
    var isThere: [UInt32: Bool] = [:]
    /// Until when the approval of each would have held when they left; nil where they have not.
    var left: [UInt32: Int64?] = [:]
    var end: Int64?

    /// Whether enough of these count.
    func counts(_ approvers: [UInt32], _ needed: Int) -> Bool {
      approvers.count { left[$0] == .some(nil) } >= needed
    }

    mutating func look(_ approvers: [UInt32], _ needed: Int, at now: Int64) {
      if let end, now >= end { return }
      var comesBack: [Int64] = []
      for uid in approvers {
        switch (isThere[uid] ?? true, left[uid] ?? nil) {
        case (false, nil): left[uid] = .some(end ?? 86_400_000)
        case (true, let until?) where end == nil && now < until:
          left[uid] = .some(nil)
          comesBack.append(until)
        default: break
        }
      }
      if counts(approvers, needed) {
        if end == nil { end = min(now + 5_000, comesBack.min() ?? .max) }
      } else {
        end = nil
      }
    }
  }

  @Test(.promise(.reviewersWhoReturn), arguments: 0..<40 as Range<UInt64>)
  func `approvals are what a slow and obvious model says, whoever leaves and comes back`(
    seed: UInt64
  ) throws {
    var random = SeededRandom(seed: seed)
    let people = [Host.alice, Host.bob, Host.carol]
    let needed = 1 + random.below(2)
    let gate = Gate.rules(
      (needed, people.map { Host.user($0) }), clocks: Clocks(approval: 5_000))
    let environment = try Sample.environment(gate)
    var request = try Sample.request()
    var model = Model()
    var approvers: [UInt32] = []
    var now: Int64 = 0
    for step in 0..<60 {
      now += Int64(random.below(700))
      let line: Comment = "seed \(seed) step \(step) at \(now)"
      let uid = people[random.below(people.count)]
      switch random.below(3) {
      case 0: model.isThere[uid] = random.flag()
      case 1:
        guard model.isThere[uid] ?? true, model.end == nil, !approvers.contains(uid) else {
          continue
        }
        request = try request.reviewed(
          by: Host.caller(uid), in: environment, at: Clock.after(now))
        approvers.append(uid)
        model.left[uid] = .some(nil)
        if model.counts(approvers, needed) { model.end = now + 5_000 }
      default:
        let answers = Dictionary(
          uniqueKeysWithValues: people.map {
            ($0, model.isThere[$0] ?? true ? Host.answer($0) : .nobody)
          })
        request =
          request.rechecked(answers, in: environment, record: Self.place, at: Clock.after(now))
          ?? request
        model.look(approvers, needed, at: now)
      }
      if let end = model.end {
        #expect(
          request.state
            == .approved(until: Deadline(after: end, from: Clock.start), place: Self.place), line)
        if now >= end { return }
      } else {
        #expect(request.state == .waiting, line)
      }
    }
  }
}
