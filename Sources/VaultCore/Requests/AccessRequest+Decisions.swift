/// Decisions about one request: from values to a new value or a ``Refusal`` that says why.
extension AccessRequest {
  /// When the present state ends by its clock; nil for a request that has ended.
  public var end: Deadline? {
    switch state {
    case .waiting: waitsUntil
    case .approved(let until, _): until
    case .active: grant?.expires
    case .closed, .rejected, .expired, .cancelled, .superseded, .revoked: nil
    }
  }

  /// Whether the end of a live request has come, though nobody has written that down yet.
  public func endIsReached(at now: Moment) -> Bool { endStanding(at: now) == .reached }

  /// Where the end of the present state stands; ahead for a request that has ended.
  func endStanding(at now: Moment) -> Deadline.Standing {
    // An active request without a grant would be a row of nobody's making.
    if case .active = state, grant == nil { return .reached }
    return end?.standing(at: now) ?? .ahead
  }

  /// Refuses what hangs on an end that has come by a clock on trial; the end itself is not written down.
  private func checkClock(at now: Moment) throws(Refusal) {
    if endStanding(at: now) == .disputed { throw .clockOnTrial(id: id, now.report) }
  }

  /// What a reviewer's yes or no makes of this request.
  ///
  /// - Parameters:
  ///   - decision: yes or no.
  ///   - shown: the digest of what the reviewer was shown; required for yes.
  ///   - comment: what the reviewer says about it; empty where nothing.
  ///   - caller: the reviewer, as the kernel says.
  ///   - people: which accounts are one person's now.
  ///   - environment: the environment as it is now; its revision must be the request's.
  ///   - record: the number of the record that will say so.
  ///   - now: the moment of the review.
  /// - Returns: the request with the review, approved or rejected where that is the consequence.
  public func reviewed(
    _ decision: Review.Decision, shown: [UInt8]?, comment: String, by caller: Caller,
    people: People, in environment: Environment, record: Int64, at now: Moment
  ) throws(Refusal) -> AccessRequest {
    // Asked even where a bare uid is enough, for the name; no answer then refuses only what needs one.
    if caller.account == nil { throw .accountNeeded([caller.uid]) }
    let named: [Principal]
    do {
      named = try environment.gate.rules.flatMap(\.reviewers).empowering(caller)
    } catch {
      throw Refusal(error)
    }
    if named.isEmpty { throw .notAReviewer(environment.name.text) }
    guard state == .waiting, !endIsReached(at: now) else {
      throw .requestState(id: id, endIsReached(at: now) ? "expired" : state.text)
    }
    try checkClock(at: now)
    if !wasMade(under: environment) { throw .gateChanged(id: id) }
    if decision == .approved, let newer = newerActivated(in: environment) {
      throw .grantOutdated(id: id, by: newer)
    }
    if decision == .approved && shown != digest { throw .digestMismatch(id: id) }
    if let shown, shown != digest { throw .digestMismatch(id: id) }
    if decision == .approved && !environment.gate.allowSelfReview
      && people.person(requester.subject) == people.person(uid: caller.uid)
    {
      throw .selfReview(id: id)
    }
    // By account alone: the person behind it may be called otherwise since the configuration changed.
    // Who has left and come back may say so anew.
    if decision == .approved,
      reviews.contains(where: { $0.uid == caller.uid && $0.absence == nil })
    {
      throw .alreadyReviewed(id: id)
    }
    if reviews.count >= Self.mostReviews { throw .tooManyReviews }

    var next = self
    next.revision += 1
    next.reviews.append(
      Review(
        decision: decision, person: people.person(uid: caller.uid), uid: caller.uid,
        name: caller.name,
        principals: unique(named), gateRevision: gateRevision, digest: digest, comment: comment,
        time: now.reading))
    if decision == .rejected {
      next.state = .rejected
    } else if environment.gate.verdict(
      for: next, reviews: next.reviews, people: people
    ).isSatisfied {
      next.state = approval(in: environment, record: record, at: now)
    }
    return next
  }

  /// Refuses what could not be activated whatever the account database said: what is not approved, under
  /// another gate, or outdated. It is judged before anybody waits for a turn.
  public func mayBeActivated(
    in environment: Environment, people: People, at now: Moment
  ) throws(Refusal) {
    let verdict = environment.gate.verdict(for: self, reviews: reviews, people: people)
    switch state {
    case .approved: break
    case .waiting: throw .gateWaiting(id: id, verdict.unmet)
    default: throw .requestState(id: id, state.text)
    }
    if endIsReached(at: now) { throw .requestState(id: id, "expired") }
    try checkClock(at: now)
    if !wasMade(under: environment) { throw .gateChanged(id: id) }
    if let newer = newerActivated(in: environment) { throw .grantOutdated(id: id, by: newer) }
    if !verdict.isSatisfied { throw .gateWaiting(id: id, verdict.unmet) }
  }

  /// What activation makes of this request: a grant, if the whole gate is satisfied at this moment.
  ///
  /// Whoever calls this has looked up who approved (``reviewersInNeed``) and taken over what was said
  /// (``rechecked(_:asked:in:people:record:at:)``).
  public func activated(
    in environment: Environment, people: People, hold: Grant.Hold = .connection, at now: Moment
  ) throws(Refusal) -> AccessRequest {
    try mayBeActivated(in: environment, people: people, at: now)
    var next = self
    next.revision += 1
    next.state = .active
    next.grant = Grant(
      activated: now.reading,
      expires: Deadline(after: standing?.length ?? environment.gate.clocks.grant, from: now),
      counted: environment.gate.verdict(for: self, reviews: reviews, people: people).counted,
      hold: hold,
      reads: environment.gate.maxReads == nil ? [] : secrets.map { _ in 0 })
    return next
  }

  /// The newer request that outdates it; the order is one of jobs.
  private func newerActivated(in environment: Environment) -> Int64? {
    standing == nil ? environment.newerActivated(than: id) : nil
  }

  /// Evaluates the whole gate at the moment of a read; the last word before a release.
  public func mayBeRead(
    in environment: Environment, people: People, at now: Moment
  ) throws(Refusal) {
    guard state == .active, let grant else {
      if state == .waiting {
        throw .gateWaiting(
          id: id, environment.gate.verdict(for: self, reviews: reviews, people: people).unmet)
      }
      throw .requestState(id: id, state.text)
    }
    if grant.expires.isReached(at: now) { throw .grantExpired(id: id) }
    try checkClock(at: now)
    if !wasMade(under: environment) { throw .gateChanged(id: id) }
    let counted = grant.counted.compactMap { reviews.indices.contains($0) ? reviews[$0] : nil }
    let verdict = environment.gate.verdict(for: self, reviews: counted, people: people)
    if !verdict.isSatisfied { throw .gateWaiting(id: id, verdict.unmet) }
  }
}

func unique<Element: Hashable>(_ elements: [Element]) -> [Element] {
  var seen: Set<Element> = []
  return elements.filter { seen.insert($0).inserted }
}
