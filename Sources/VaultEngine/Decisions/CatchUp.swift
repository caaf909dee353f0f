import VaultCore
import VaultCrypto

/// What concerns many rows is decided in one small commit: by a mark, a revision, a time, or the list of requests
/// in the head. The rows follow in slices, so that a thousand of them do not hold the commit thread.
///
/// In between a request is judged as it was decided: a command about it is preceded by its own row's turn, and a
/// list shows it as it will be.
extension VaultEngine {
  /// The live requests that are looked at for the price of one row, where clocks differ about them.
  private static let looksPerRow = 512

  /// Whether rows are left that an earlier commit has decided about. While there are, commits follow each other
  /// without a pause, an empty one where nobody has a command.
  public var hasBacklog: Bool {
    !(backlog.isEmpty && trail.head.endings.isEmpty) && !lasting.isBacklogPaused
      && lasting.trouble == nil
      && !lasting.isTampered
  }

  /// Whether what is left of the backlog may take its time: the others come between.
  public var mayBacklogRest: Bool { backlog.hasKeysAtMost && trail.head.endings.isEmpty }

  /// Whether the last commit left the backlog alone, since all of its commands only read: an empty one is due
  /// before the next, or whoever only reads could keep what is decided from being written.
  public var owesSlice: Bool { hasBacklog && !lasting.hasCaughtUp }

  /// Writes what this commit's part of the backlog is.
  func catchUp(at now: Moment, changingKeys: Bool = true) throws {
    if lasting.trouble == .scarce { return }
    while budget > 0 {
      if try writeEnding(at: now) { continue }
      if try writeEdit(at: now) { continue }
      if try writeRemoval(at: now) { continue }
      if try removeVersions(at: now) { continue }
      if try changingKeys && (writeWraps(at: now) || writeRekey(at: now)) { continue }
      if try removeDropped(at: now) { continue }
      if try rejudgeNext(at: now) { continue }
      if try sweep(at: now) { continue }
      return
    }
  }

  /// Decides about requests, all at once; what fits into this commit is written with it.
  func decide(
    _ ids: [Int64], _ decision: LiveRequests.Decision, by initiator: (any Initiator)?,
    at now: Moment
  ) throws {
    if ids.isEmpty { return }
    for id in ids { live.decide(id, decision) }
    trail.head.endings.append(Ending(ids, decision, by: initiator.map { NamedSubject($0) }))
    trail.isHeadNews = true
    while try budget > 0 && writeEnding(at: now) {}
  }

  /// Writes the row of the next request that a command has decided about; false where there is none.
  private func writeEnding(at now: Moment) throws -> Bool {
    guard let ending = trail.head.endings.first, let id = ending.ids.first else { return false }
    trail.head.endings[0].dropFirst()
    if trail.head.endings[0].ids.isEmpty { trail.head.endings.removeFirst() }
    if live[id]?.decision == ending.decision {
      try write(id, ending.decision, by: ending.initiator, at: now)
    }
    return true
  }

  /// Writes the next request's row below an edited gate; false where there is none.
  func writeEdit(at now: Moment) throws -> Bool {
    guard let edit = backlog.edits.first else { return false }
    guard let environment = try rows.environment(id: edit.environment),
      let id = live.behind(environment.revision, in: environment.id, after: edit.after)
    else {
      backlog.edits.removeFirst()
      return true
    }
    backlog.edits[0].after = id
    try write(id, nil, by: edit.initiator, at: now)
    return true
  }

  /// Looks for some requests that time has ended; false where none is left to be looked at.
  func sweep(at now: Moment) throws -> Bool {
    guard let sweep = backlog.sweep else { return false }
    let due = live.due(
      after: sweep.after, lookingAt: Self.looksPerRow, limit: budget, at: now,
      graceMilliseconds: Self.attendedGrace)
    backlog.sweep = due.next.map { Backlog.Sweep(after: $0) }
    budget -= max(1, due.ended.count)
    for (id, unattended) in due.ended {
      guard let request = try readable(id, at: now) else { continue }
      let end: RequestState =
        if request.state == .active, !request.isStanding {
          .closed(live[id]?.isReplaced == true ? .ended : .abandoned)
        } else {
          unattended ? .cancelled : .expired
        }
      try self.end(request, end, by: nil, at: now)
    }
    return true
  }

  /// Writes a request's row as it was decided; one that does not verify is told, and keeps nobody else's from
  /// its turn.
  /// - Parameter decision: nil where it is the gate as it is now that decides.
  func write(
    _ id: Int64, _ decision: LiveRequests.Decision?, by initiator: (any Initiator)?,
    at now: Moment
  ) throws {
    budget -= 1
    do {
      guard let request = try rows.request(id), request.state.isLive else { return }
      if let end = decision?.end {
        if [.abandoned, .ended].contains(decision) && request.state != .active { return }
        try self.end(request, end, by: initiator, at: now, try reasons(decision, request))
      } else if let environment = try rows.environment(id: request.environment) {
        _ = try rebase(request, on: environment, by: initiator, at: now)
      }
    } catch let tampering as Tampering {
      report(tampering, at: now)
    }
  }

  /// Why a request ends, on its record, where nobody has said so.
  private func reasons(
    _ decision: LiveRequests.Decision?, _ request: AccessRequest
  ) throws -> [(String, String)] {
    switch decision {
    case .outdated:
      let newer = try rows.environment(id: request.environment)?.lastActivated
      return [("why", "outdated"), ("by", "\(newer ?? 0)")]
    case .unusable:
      let gone = try unusable(of: request).first { $0.isGone }
      return [("why", "secret.\(gone?.text ?? "deleted")"), ("secret", gone?.name.text ?? "")]
    case nil, .revoked, .cancelled, .reset, .abandoned, .ended: return []
    }
  }

  /// Writes the row of a request that a command is about, if something is decided about it.
  func catchUp(_ id: Int64, at now: Moment) throws {
    guard let entry = live[id] else { return }
    if let decision = entry.decision {
      try write(id, decision, by: takeInitiator(of: id, entry), at: now)
    } else if let environment = try rows.environment(id: entry.environment),
      entry.isBehind(environment)
    {
      let edit = backlog.edits.first { $0.environment == entry.environment }
      try write(id, nil, by: edit?.initiator, at: now)
    }
    try rejudge(id, at: now)
  }

  /// On whose behalf something was decided about a request, whose row is written before its turn.
  private func takeInitiator(of id: Int64, _ entry: LiveRequests.Entry) -> (any Initiator)? {
    for index in trail.head.endings.indices where trail.head.endings[index].remove(id) {
      let initiator = trail.head.endings[index].initiator
      if trail.head.endings[index].ids.isEmpty { trail.head.endings.remove(at: index) }
      trail.isHeadNews = true
      return initiator
    }
    return backlog.removals.first { $0.environment.id == entry.environment }?.environment.deletion
  }

  /// The request as it is once its row was written.
  func presented(_ request: AccessRequest, at now: Moment) throws -> AccessRequest {
    guard request.state.isLive, let entry = live[request.id] else { return request }
    if let end = entry.decision?.end { return request.ended(end) }
    guard let environment = try rows.environment(id: request.environment),
      entry.decision == .reset || entry.isBehind(environment)
    else { return try rejudged(request, at: now) ?? request }
    if request.isStanding { return request.ended(.revoked) }
    return try rebased(request, on: environment, at: now) ?? request.ended(.expired)
  }

  /// What the gate as it is now makes of a request; nil where its clock has run out.
  func rebased(
    _ request: AccessRequest, on environment: Environment, at now: Moment
  ) throws -> AccessRequest? {
    var next = request.rebased(on: environment)
    if request.endIsReached(at: now) || next.endIsReached(at: now) { return nil }
    next.digest = try sha256(next.digestInput(vault: vault.bytes)).bytes
    return next.settled(
      in: environment, people: configuration.people, record: trail.sequence + 1, at: now)
  }
}

extension LiveRequests.Entry {
  /// Whether it waits or is approved under an older revision of its gate, and so was sent back by an edit.
  func isBehind(_ environment: Environment) -> Bool {
    (isWaiting || isStanding) && decision == nil && gateRevision != environment.revision
  }
}
