/// What the account database makes of a request whose reviewers were looked up again.
///
/// Invariants:
/// - an approval counts as a principal only while the database has its account, under the name that it had, and
///   still lets the principal stand for it; a bare `uid:N` asks nobody;
/// - what stops counting is marked and kept: if the account comes back as it was within `approval_ttl`, while the
///   request waits, it counts again, and prolongs nothing;
/// - no answer changes nothing.
extension AccessRequest {
  /// The uids whose reviews depend on the account database now: those of the approvals that an approved request
  /// has, and of those that no longer count where it waits.
  public var watchedReviewers: [UInt32] {
    switch state {
    case .approved: unique(approvals.filter(\.isNamed).map(\.uid))
    case .waiting: unique(approvals.filter { $0.absence != nil }.map(\.uid))
    case .active, .closed, .rejected, .expired, .cancelled, .superseded, .revoked: []
    }
  }

  /// The uids that must be asked about before its approvals are relied on.
  public var reviewersInNeed: [UInt32] {
    unique(approvals.filter { $0.standing.contains { !$0.isNumber } }.map(\.uid))
  }

  /// This request as it is by what the account database says; nil where nothing about it changes.
  ///
  /// - Parameters:
  ///   - answers: what the database says, by uid; an account that is missing, or of which it says nothing, stays
  ///     as it is marked.
  ///   - asked: when it was asked, in milliseconds since the boot of `now`; what was said of a later review is
  ///     passed over. Nil where it was asked after all of them.
  ///   - environment: the environment as it is now.
  ///   - people: which accounts are one person's now.
  ///   - record: the number of the record that will say so.
  ///   - now: the moment of the decision.
  public func rechecked(
    _ answers: [UInt32: AccountAnswer], asked: Int64? = nil, in environment: Environment,
    people: People, record: Int64, at now: Moment
  ) -> AccessRequest? {
    let until: Deadline
    switch state {
    case .waiting: until = waitsUntil
    case .approved(let end, _): until = end
    case .active, .closed, .rejected, .expired, .cancelled, .superseded, .revoked: return nil
    }
    guard wasMade(under: environment), !endIsReached(at: now) else { return nil }
    var next = self
    var end = Deadline(after: environment.gate.clocks.approval, from: now)
    for index in reviews.indices where reviews[index].decision == .approved {
      let review = reviews[index]
      // By the clock that nobody sets: a wall that ran ahead when it was given says nothing.
      let isLater =
        asked.map { review.time.bootID == now.bootID && review.time.boot >= $0 } ?? false
      guard let answer = answers[review.uid], !isLater else { continue }
      next.reviews[index].absence = review.absence(
        answer, until: until, mayEnd: state == .waiting, at: now)
      // Whoever comes back brings no more time than there was left.
      if let before = review.absence, next.reviews[index].standing.count > review.standing.count {
        end = end.earlier(before.until)
      }
    }
    guard next.reviews != reviews else { return nil }
    next.revision += 1
    let isSatisfied = environment.gate.verdict(
      for: next, reviews: next.reviews, people: people
    ).isSatisfied
    if state == .waiting {
      // A place of its own: whoever has waited in the meantime is before it.
      if isSatisfied {
        next.state = approval(in: environment, record: record, at: now).lasting(until: end)
        if let stood = try? next.stood(in: environment, people: people, at: now) {
          next = stood
        } else {
          next.state = .waiting
        }
      }
    } else if !isSatisfied {
      next.state = .waiting
    }
    return next
  }

  /// This request as it is where another table of people has made one person of two, or two of one; nil where
  /// nothing about it changes.
  /// - Parameters:
  ///   - environment: the environment as it is now.
  ///   - people: which accounts are one person's now.
  ///   - record: the number of the record that will say so.
  ///   - now: the moment of the decision.
  public func rejudged(
    in environment: Environment, people: People, record: Int64, at now: Moment
  ) -> AccessRequest? {
    guard wasMade(under: environment), !endIsReached(at: now) else { return nil }
    var next = settled(in: environment, people: people, record: record, at: now)
    if case .approved = state,
      !environment.gate.verdict(for: self, reviews: reviews, people: people).isSatisfied
    {
      next.state = .waiting
    }
    if next == self { return nil }
    next.revision += 1
    return next
  }

  /// When it ends if it waits: where an approval has stopped counting not before that would have ended, so that
  /// others may approve until then.
  public var waitsUntil: Deadline {
    approvals.compactMap(\.absence?.until).reduce(expires) { $0.later($1) }
  }

  private var approvals: [Review] { reviews.filter { $0.decision == .approved } }

  func wasMade(under environment: Environment) -> Bool {
    gateRevision == environment.revision && self.environment == environment.id
  }
}

extension RequestState {
  /// An approval that ends at another time.
  fileprivate func lasting(until end: Deadline) -> RequestState {
    guard case .approved(_, let place) = self else { return self }
    return .approved(until: end, place: place)
  }
}

extension Review {
  /// Whether it depends on the account database at all.
  fileprivate var isNamed: Bool { principals.contains { !$0.isNumber } }

  /// What of it does not count by what the account database says.
  /// - Parameter mayEnd: whether what has stopped counting may count again. Not where the request is approved
  ///   without it: it would then hold for longer than `approval_ttl`.
  fileprivate func absence(
    _ answer: AccountAnswer, until: Deadline, mayEnd: Bool, at now: Moment
  ) -> Absence? {
    if answer == .unavailable { return absence }
    let isKept = !mayEnd || absence?.until.isReached(at: now) == true
    let gone = principals.filter { principal in
      if isKept, absence?.principals.contains(principal) == true { return true }
      return !holds(principal, answer)
    }
    if gone.isEmpty { return nil }
    guard let absence else { return Absence(principals: gone, until: until) }
    return Absence(
      principals: gone,
      until: gone.allSatisfy(absence.principals.contains)
        ? absence.until : absence.until.earlier(until))
  }

  /// Whether a principal still stands for the account that gave it. By its name too, which a group does not say:
  /// whoever has the uid now must not inherit an approval.
  private func holds(_ principal: Principal, _ answer: AccountAnswer) -> Bool {
    if principal.isNumber { return principal.stillNames(uid: uid, answer) == .yes }
    guard case .known(let account) = answer, account.name == name else { return false }
    return principal.stillNames(uid: uid, answer) == .yes
  }
}

extension Principal {
  /// Whether it is a bare uid, for which the account database is never asked.
  fileprivate var isNumber: Bool {
    if case .uid = self { true } else { false }
  }
}
