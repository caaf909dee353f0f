import SecretMemory
import VaultCalls
public import VaultCore
import VaultCrypto
import VaultStore

extension VaultEngine {
  /// Decides a batch of commands, in order, in one transaction with one fsync.
  ///
  /// Each command sees what the commands before it in the batch have written. Nothing is answered, and
  /// nothing is opened, before COMMIT has returned; where it does not, every command of the batch is
  /// answered with the store's refusal and nothing of it remains.
  public func commit(_ batch: [Command], now reading: ClockReading) -> BatchOutcome {
    let look = trail.head.clock.looked(at: reading)
    let now = look.moment
    if isTampered { return refuse(batch, .storageTampered, at: now) }
    let owed = endedConnections
    // Before anything can fail: nobody says a second time that a connection has ended.
    for command in batch {
      if case .connectionEnded = command.action {
        endedConnections.insert(command.caller.connection)
      }
    }
    let hasChanges = batch.contains { !$0.traits.isReadOnly }
    if trouble != nil || hasBacklog || hasChanges {
      inspectDisk(at: now)
    }
    if trouble == .gone { return refuse(batch, .storageUnavailable(.gone), at: now) }
    // After a batch that failed: once a second, so that nothing is refused for the sake of what can wait.
    if batch.contains(where: { if case .tick = $0.action { true } else { false } }) {
      isBacklogPaused = false
    }
    let catchesUp = !isBacklogPaused && (batch.isEmpty || hasChanges)
    hasCaughtUp = catchesUp
    let saved = (trail, backlog, imports, refusals, configuration)
    live.begin()
    budget = most(slice)
    var signature: ChainSignature?
    // What only reads goes on while an end cannot be written down.
    let closesConnections = !endedConnections.isEmpty && hasChanges
    wantsSignature = false
    var writesHead = false
    var pending: [Pending] = []
    pending.reserveCapacity(batch.count)
    changed.removeAll(keepingCapacity: true)
    do {
      try store.begin()
      try noticeForeignWrites()
      // What only reads judges by its look, and leaves it to the next tick to keep one.
      if hasChanges { keep(look) }
      // Those of batches that failed; one of this batch comes after what its connection said last.
      if closesConnections { for connection in owed.sorted() { try close(connection, at: now) } }
      if catchesUp { try catchUp(at: now) }
      for command in batch { pending.append(try answer(command, at: now)) }
      changed.formUnion(live.turns.takeTurns(at: now))
      changed.formUnion(recalled)
      try readCounts.flush(to: store, at: now)
      writesHead = trail.count > 0 || rows.isDirty || trail.isHeadNews || owesClock
      if writesHead { try writeHead() }
      if wantsSignature && signer.hasNews(trail.head) {
        signature = try signer.sign(trail.head, at: now)
      }
      try store.commit()
    } catch {
      store.rollback()
      (trail, backlog, imports, refusals, configuration) = saved
      live.rollBack()
      isBacklogPaused = true
      readCounts.drop()
      rows.forget(rolledBack: true)
      keys.forget()
      let refusal = noteFailure(error)
      if trouble == .full, let outcome = commitWithoutRoom(batch, now: now) { return outcome }
      return refuse(batch, refusal, at: now)
    }
    trail.begin()
    rows.committed()
    recalled = []
    if writesHead { storedClock = trail.head.clock }
    if closesConnections { endedConnections.removeAll() }
    if let signature { signer.committed(signature) }
    var outcome = BatchOutcome(
      replies: [], changedRequests: changed.sorted(), signature: signature, trouble: trouble,
      clock: now.doubt)
    outcome.replies.reserveCapacity(pending.count)
    let isErased = eraseLog(after: pending, at: reading)
    unanswered.giveUp(on: backlog.stuck)
    for (index, item) in pending.enumerated() {
      switch item {
      case .ready(let reply): outcome.replies.append(reply)
      case .release(let release): outcome.replies.append(open(release))
      case .erasure(let task, let reply):
        let isStuck = task.map(backlog.stuck.contains) ?? false
        let isDone = isStuck || isErased && !(task.map(backlog.holds) ?? false)
        if !isDone { outcome.deferred[index] = answerLater(reply, task, at: reading) }
        outcome.replies.append(isDone ? reply(!isStuck) : .done)
      }
    }
    if !failedReleases.isEmpty { recordFailedReleases(at: now) }
    // Each second, and behind the cut of the log, which gives its blocks back.
    if wantsSignature || isErased { store.topUpReserve() }
    return outcome
  }

  /// One command's answer; only a failing store, or a row that does not verify, ends the batch.
  private func answer(_ command: Command, at now: Moment) throws -> Pending {
    // What only reads is answered on a disk that takes nothing, too, and shows the request as it will be.
    if !command.traits.isReadOnly, let id = command.action.call?.request {
      try catchUp(id, at: now)
    }
    let before = (rows.writes, trail.count)
    do {
      if trouble == .scarce && !command.traits.worksWithoutRoom {
        throw Refusal.storageUnavailable(.scarce)
      }
      return try decide(command, at: now)
    } catch  where (rows.writes, trail.count) != before {
      // Half a command must not be committed, so the batch falls with it.
      throw error
    } catch let refusal as Refusal {
      if case .accountNeeded = refusal {} else { giveUpTurn(command) }
      noteRefusal(refusal, command, at: now)
      return .ready(.refused(command.traits.isRelease ? refusal.beforeRelease : refusal))
    } catch let wish as AccountWish {
      return .ready(.asks(wish))
    } catch let tampering as Tampering {
      giveUpTurn(command)
      report(tampering, at: now)
      return .ready(.refused(.storageTampered))
    } catch is SecretMemoryError {
      giveUpTurn(command)
      return .ready(.refused(.memoryExhausted))
    }
  }

  func writeHead() throws {
    if let failure = trail.failure { throw failure }
    if trail.count > 0 {
      try store.appendAudit(
        first: trail.first, count: trail.count, records: trail.records.output)
    }
    // Releases alone leave the set of rows, and so its tag, as it was.
    if rows.isDirty { trail.head.setTag = try rows.setTag() }
    try rows.put(trail.head)
  }

  /// Somebody else wrote to the database: nothing that was verified before counts any more.
  private func noticeForeignWrites() throws {
    let version = try store.dataVersion()
    if version == dataVersion { return }
    rows.forget(rolledBack: false)
    keys.forget()
    do {
      try verifyEverything()
    } catch let tampering as Tampering {
      isTampered = true
      tamperingHook("\(tampering)")
      throw tampering
    }
    dataVersion = version
  }

  private func noteRefusal(_ refusal: Refusal, _ command: Command, at now: Moment) {
    guard let reason = refusal.auditReason else { return }
    let key = RefusalLog.Key(
      subject: command.caller.subject, method: command.action.name, reason: reason)
    noteRefusals(key, isNobody: command.caller.isNobody, count: 1, at: now)
  }

  /// Where there is hardly any room refusals are counted, and written when there is.
  private func noteRefusals(
    _ key: RefusalLog.Key, isNobody: Bool, count: Int, at now: Moment
  ) {
    let due = refusals.note(
      key, isNobody: isNobody, count: count, isDeferred: trouble == .scarce, at: now)
    if due > 0 { recordRefusal(key, count: due, at: now) }
  }

  /// What was refused before it came here, on the record like everything else.
  func noteRefusals(_ refused: [RefusedCalls], at now: Moment) -> Pending {
    for calls in refused {
      let key = RefusalLog.Key(
        subject: calls.subject, method: calls.method, reason: calls.reason)
      noteRefusals(key, isNobody: calls.isNobody, count: calls.count, at: now)
    }
    return .ready(.done)
  }

  func report(_ tampering: Tampering, at now: Moment) {
    let key = RefusalLog.Key(subject: nil, method: "vault", reason: "\(tampering)")
    guard refusals.isFirst(key, at: now) else { return }
    tamperingHook("\(tampering)")
    trail.append(
      AuditRecord(
        at: now, event: .tampered, details: [.init("row", "\(tampering)")]))
  }

  /// A record for what a durable record had let go, but then did not open.
  private func recordFailedReleases(at now: Moment) {
    let failed = failedReleases
    failedReleases = []
    let saved = trail
    do {
      try store.begin()
      for release in failed {
        trail.append(
          AuditRecord(
            at: now, event: .releaseFailed, environment: release.environment.text,
            secrets: release.items.map { PinnedSecret(name: $0.name, version: $0.version) },
            details: [.init("release", "\(release.auditSequence)")]))
      }
      try writeHead()
      try store.commit()
      trail.begin()
      rows.committed()
    } catch {
      store.rollback()
      trail = saved
      rows.forget(rolledBack: true)
    }
    tamperingHook("a record does not open")
  }

  /// Nothing was done: each command is told why, but for who asks how the vault is.
  func refuse(_ batch: [Command], _ refusal: Refusal, at now: Moment) -> BatchOutcome {
    BatchOutcome(
      replies: batch.map { command in
        // The queue is as it was before the batch, and this call does not come again.
        giveUpTurn(command)
        if command.action.isStatus { return statusAlone(command.caller, at: now) }
        return .refused(command.traits.isRelease ? refusal.beforeRelease : refusal)
      },
      changedRequests: [], signature: nil, trouble: trouble, fault: storeFault,
      clock: now.doubt)
  }

  /// A call that is answered waits for no turn.
  private func giveUpTurn(_ command: Command) {
    guard case .call(.grantActivate(let call), _) = command.action else { return }
    live.leave(call.request, connection: command.caller.connection)
  }

  private func statusAlone(_ caller: Caller, at now: Moment) -> CommandReply {
    do { return .status(try status(caller, at: now)) } catch let refusal as Refusal {
      return .refused(refusal)
    } catch { return .refused(.storageUnavailable(.failing)) }
  }
}

extension Refusal {
  /// `audit-before-release`: where the store fails, what a release lacks is its record.
  fileprivate var beforeRelease: Refusal {
    if case .storageUnavailable(let why) = self { .auditUnavailable(why) } else { self }
  }

  /// The word under which a refusal goes on the record; nil for what tells an auditor nothing.
  fileprivate var auditReason: String? {
    switch self {
    case .accessDenied, .notAReviewer: "access.denied"
    case .environmentUnknown: "environment.unknown"
    case .gateRequired: "gate.required"
    case .gateWaiting: "gate.waiting"
    case .gateChanged: "gate.refused"
    case .requestUnknown: "request.unknown"
    case .ticketRequired: "ticket.required"
    case .digestMismatch: "digest.mismatch"
    case .selfReview: "review.self"
    case .grantExpired: "grant.expired"
    case .grantOutdated: "grant.outdated"
    case .clockBehind: "clock.behind"
    case .clockOnTrial: "clock.trial"
    case .waitingLimit: "limit.requests"
    case .grantLimit: "limit.grants"
    case .readsExhausted: "limit.reads"
    default: nil
    }
  }
}
