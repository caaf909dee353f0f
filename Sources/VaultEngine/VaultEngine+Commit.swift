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
  ///
  /// - Parameters:
  ///   - batch: the commands.
  ///   - reading: both clocks.
  ///   - changingKeys: whether records and keys that are to be encrypted anew get their slice.
  public func commit(
    _ batch: [Command], now reading: ClockReading, changingKeys: Bool = true
  ) -> BatchOutcome {
    let look = trail.head.clock.looked(at: reading)
    let now = look.moment
    if lasting.isTampered { return refuse(batch, .storageTampered, at: now) }
    let owed = lasting.endedConnections
    // Before anything can fail: nobody says a second time that a connection has ended.
    for command in batch {
      if case .connectionEnded = command.action {
        lasting.endedConnections.insert(command.caller.connection)
      }
    }
    let hasChanges = batch.contains { !$0.traits.isReadOnly }
    if lasting.trouble != nil || hasBacklog || hasChanges {
      inspectDisk(at: now)
    }
    if lasting.trouble == .gone { return refuse(batch, .storageUnavailable(.gone), at: now) }
    // After a batch that failed: once a second, so that nothing is refused for the sake of what can wait.
    if batch.contains(where: { if case .tick = $0.action { true } else { false } }) {
      lasting.isBacklogPaused = false
    }
    let catchesUp = !lasting.isBacklogPaused && (batch.isEmpty || hasChanges)
    lasting.hasCaughtUp = catchesUp
    take(.begin)
    budget = most(lasting.slice)
    var signature: ChainSignature?
    // What only reads goes on while an end cannot be written down.
    let closesConnections = !lasting.endedConnections.isEmpty && hasChanges
    var writesHead = false
    var pending: [Pending] = []
    pending.reserveCapacity(batch.count)
    do {
      try store.begin()
      try noticeForeignWrites()
      // What only reads judges by its look, and leaves it to the next tick to keep one.
      if hasChanges { keep(look) }
      // Those of batches that failed; one of this batch comes after what its connection said last.
      if closesConnections { for connection in owed.sorted() { try close(connection, at: now) } }
      if catchesUp { try catchUp(at: now, changingKeys: changingKeys) }
      for command in batch { pending.append(try answer(command, at: now)) }
      draft.work.changed.formUnion(live.turns.takeTurns(live.indexes.active, at: now))
      draft.work.changed.formUnion(lasting.recalled)
      try draft.work.readCounts.flush(to: store, at: now)
      writesHead = trail.count > 0 || rows.set.isDirty || trail.isHeadNews || owesClock
      if writesHead { try writeHead() }
      if draft.work.wantsSignature && trail.sequence > lasting.signedThrough {
        signature = try signer.sign(trail.head, at: now)
      }
      try store.commit()
    } catch {
      store.rollback()
      take(.rollBack)
      lasting.isBacklogPaused = true
      let refusal = noteFailure(error)
      if lasting.trouble == .full, let outcome = commitWithoutRoom(batch, now: now) {
        return outcome
      }
      return refuse(batch, refusal, at: now)
    }
    take(.keep)
    lasting.recalled = []
    if writesHead { lasting.storedClock = trail.head.clock }
    if closesConnections { lasting.endedConnections.removeAll() }
    if let signature { lasting.signedThrough = signature.sequence }
    countDirectReads(at: now)
    var outcome = BatchOutcome(
      replies: [], changedRequests: draft.work.changed.sorted(), signature: signature,
      trouble: lasting.trouble,
      clock: now.doubt)
    outcome.replies.reserveCapacity(pending.count)
    let isErased = eraseLog(after: pending, at: reading)
    lasting.unanswered.giveUp(on: backlog.stuck)
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
    if !lasting.failedReleases.isEmpty { recordFailedReleases(at: now) }
    if draft.work.wantsSignature { outcome.figures = figures(at: reading) }
    // Each second, and behind the cut of the log, which gives its blocks back.
    if draft.work.wantsSignature || isErased { store.topUpReserve() }
    draft.work.clear()
    return outcome
  }

  /// The batch's memory begins, stays or is taken back.
  func take(_ step: BatchStep) {
    draft.take(step)
    rows.set.take(step)
    if step == .rollBack { forgetVerified() }
  }

  /// Drops the caches: the rows may be others than those that were verified.
  func forgetVerified() {
    rows.forget()
    keys.forget()
  }

  /// One command's answer; only a failing store, or a row that does not verify, ends the batch.
  private func answer(_ command: Command, at now: Moment) throws -> Pending {
    // What only reads is answered on a disk that takes nothing, too, and shows the request as it will be.
    if !command.traits.isReadOnly, let id = command.action.call?.request {
      try catchUp(id, at: now)
    }
    let before = (rows.set.writes, trail.count)
    do {
      if lasting.trouble == .scarce && !command.traits.worksWithoutRoom {
        throw Refusal.storageUnavailable(.scarce)
      }
      return try decide(command, at: now)
    } catch  where (rows.set.writes, trail.count) != before {
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
    if rows.set.isDirty { trail.head.setTag = try rows.setTag() }
    try rows.put(trail.head)
  }

  /// Somebody else wrote to the database: nothing that was verified before counts any more.
  private func noticeForeignWrites() throws {
    let version = try store.dataVersion()
    if version == lasting.dataVersion { return }
    forgetVerified()
    do {
      try verifyEverything()
    } catch let tampering as Tampering {
      lasting.isTampered = true
      tamperingHook("\(tampering)")
      throw tampering
    }
    lasting.dataVersion = version
  }

  private func noteRefusal(_ refusal: Refusal, _ command: Command, at now: Moment) {
    let reason = refusal.reason
    guard reason.row.isRecorded else { return }
    let key = RefusalLog.Key(
      subject: command.caller.subject, method: command.action.name, reason: reason.rawValue,
      credential: command.action.credential)
    noteRefusals(key, isNobody: command.caller.isNobody, count: 1, at: now)
  }

  /// Where there is hardly any room refusals are counted, and written when there is.
  private func noteRefusals(
    _ key: RefusalLog.Key, isNobody: Bool, count: Int, at now: Moment
  ) {
    let due = draft.refusals.note(
      key, isNobody: isNobody, count: count, isDeferred: lasting.trouble == .scarce, at: now)
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
    guard draft.refusals.isFirst(key, at: now) else { return }
    tamperingHook("\(tampering)")
    trail.append(
      AuditRecord(
        at: now, event: .tampered, details: [.init("row", "\(tampering)")]))
  }

  /// A record for what a durable record had let go, but then did not open.
  private func recordFailedReleases(at now: Moment) {
    let failed = lasting.failedReleases
    lasting.failedReleases = []
    take(.begin)
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
      take(.keep)
    } catch {
      store.rollback()
      take(.rollBack)
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
      changedRequests: [], signature: nil, trouble: lasting.trouble, fault: lasting.storeFault,
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
}
