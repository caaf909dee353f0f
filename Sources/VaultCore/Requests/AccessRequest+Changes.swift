/// What becomes of a request beside reviews and activation: each answers the request's next value.
extension AccessRequest {
  /// This request, ended.
  public func ended(_ end: RequestState) -> AccessRequest {
    var next = self
    next.revision += 1
    next.state = end
    return next
  }

  /// What an edit of its gate makes of a request that waits or is approved: it waits, under the new
  /// revision and without its reviews, which were given for another gate (`what-was-approved`).
  ///
  /// The digest is of the old revision still: whoever calls this computes it anew, then calls
  /// ``settled(in:people:record:at:)``.
  public func rebased(on environment: Environment) -> AccessRequest {
    var next = self
    next.revision += 1
    next.gateRevision = environment.revision
    next.reviews = []
    next.state = .waiting
    return next
  }

  /// A waiting request, approved where its gate misses nothing and its time is not over by any clock.
  /// - Parameters:
  ///   - environment: the environment as it is now.
  ///   - people: which accounts are one person's now.
  ///   - record: the number of the record that will say so.
  ///   - now: the moment of the decision.
  public func settled(
    in environment: Environment, people: People, record: Int64, at now: Moment
  ) -> AccessRequest {
    guard state == .waiting, endStanding(at: now) == .ahead,
      environment.gate.verdict(for: self, reviews: reviews, people: people).isSatisfied
    else { return self }
    var next = self
    next.state = approval(in: environment, record: record, at: now)
    // A unit's that may not stand yet goes on waiting: nobody would activate it.
    return (try? next.stood(in: environment, people: people, at: now)) ?? self
  }

  /// The approved state. Where nobody approves, requests have their turns in the order of their making.
  func approval(in environment: Environment, record: Int64, at now: Moment) -> RequestState {
    .approved(
      until: Deadline(after: environment.gate.clocks.approval, from: now),
      place: environment.gate.isUnprotected ? id : record)
  }

  /// Its place in the queue of an exclusive environment; nil where it is not approved.
  public var place: TurnQueue.Place? {
    guard case .approved(_, let number) = state else { return nil }
    return TurnQueue.Place(number: number, request: id)
  }

  /// Refuses to end what is no longer to be ended by its maker: only what waits or is approved.
  public func mayBeWithdrawn() throws(Refusal) {
    switch state {
    case .waiting, .approved: return
    default: throw .requestState(id: id, state.text)
    }
  }

  /// Refuses to revoke what holds nothing: an approval or a grant can be taken back, what waits is
  /// rejected or cancelled.
  public func mayBeRevoked() throws(Refusal) {
    switch state {
    case .approved, .active: return
    default: throw .requestState(id: id, state.text)
    }
  }

  /// What one more read of these secrets makes of the request; nil where nothing about it changes.
  /// - Parameters:
  ///   - names: the secrets that the read names.
  ///   - limit: the gate's `max_reads`.
  ///   - now: when it is read.
  /// - Throws: ``Refusal/readsExhausted(id:name:limit:)`` for the first that was read as often as it may.
  public func read(
    _ names: [SecretName], limit: Int?, at now: Moment
  ) throws(Refusal) -> AccessRequest? {
    guard var grant else { return nil }
    let isFirst = grant.released == nil
    if let limit {
      let wanted = Set(names)
      for (index, secret) in secrets.enumerated() where wanted.contains(secret.name) {
        // A grant of a gate that did not count has no counts, and so has been read as often as it may.
        guard grant.reads.indices.contains(index), grant.reads[index] < limit else {
          throw .readsExhausted(id: id, name: secret.name.text, limit: limit)
        }
        grant.reads[index] += 1
      }
    } else if !isFirst {
      return nil
    }
    if isFirst { grant.released = now.wall }
    var next = self
    next.revision += 1
    next.grant = grant
    return next
  }
}
