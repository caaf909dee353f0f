import VaultCalls
import VaultCore
import VaultStore

/// What the disk below the vault allows at a moment, and what still works when it allows little.
///
/// Invariants:
/// - what needs room is refused before the disk is full, so that the store's reserve is left for what takes
///   rights away;
/// - a disk that is gone is answered as that, whatever old descriptors of it would still take;
/// - what comes back is verified against what this daemon committed last, and served only if it is that.
extension VaultEngine {
  /// How often a disk that is gone or fails is looked for, in milliseconds.
  private static let reopenInterval: Int64 = 1_000
  /// The requests that one command ends on a disk that is nearly full.
  private static let mostWithoutRoom = 10

  /// Looks at the disk before a batch that writes, or as long as something is wrong with it.
  func inspectDisk(at now: Moment) {
    lasting.storeFault = nil
    switch store.diskState() {
    case .ample: lasting.trouble = nil
    case .scarce: lasting.trouble = .scarce
    case .gone: lasting.trouble = reopenStore(at: now) ? nil : .gone
    }
  }

  /// How much of something one command does, so that on a disk that is nearly full it fits what is kept free.
  func most(_ count: Int) -> Int {
    lasting.trouble == .scarce ? min(count, Self.mostWithoutRoom) : count
  }

  /// Opens the vault anew where it was; false where it is not there, or not yet due.
  ///
  /// Only where it was gone: while the old file is open, SQLite knows of a commit that failed, and another
  /// opening would find it whole in the log.
  private func reopenStore(at now: Moment) -> Bool {
    if let last = lasting.lastReopened, !now.hasPassed(Self.reopenInterval, since: last) {
      return false
    }
    lasting.lastReopened = now
    do {
      try store.reopen()
      forgetVerified()
      try adoptReopened(at: now)
      lasting.dataVersion = try store.dataVersion()
    } catch let tampering as Tampering {
      lasting.isTampered = true
      tamperingHook("\(tampering)")
      return false
    } catch { return false }
    lasting.owesErasure = true
    return true
  }

  /// Takes what is there, if it is what this daemon committed last; or that and the one batch behind it which
  /// failed, and of which nobody was told that it was not done for good. Then connections are forgotten, as
  /// by a restart, and their jobs come back with their tickets.
  private func adoptReopened(at now: Moment) throws {
    let before = draft
    let head = before.trail.head
    do {
      trail = AuditTrail(head: Head(clock: head.clock), chain: try Chain(vault))
      let found = try verifyEverything()
      if trail.sequence == head.sequence && trail.head.hash == head.hash {
        draft = before
        return
      }
      guard let row = try store.lastAudit(), row.first == head.sequence + 1,
        AuditBatch(row)?.previous == head.hash
      else { throw Tampering("the state directory that came back holds another vault than before") }
      live = LiveRequests()
      backlog = Backlog()
      imports = OpenImports()
      try restoreLiveRequests(found, now)
      lasting.recalled = before.live.turns.allStanding
    } catch {
      draft = before
      throw error
    }
  }

  /// What a failed batch says about the disk.
  func noteFailure(_ error: any Error) -> Refusal {
    guard let fault = error as? StoreFault else {
      if error is Tampering { return .storageTampered }
      return .storageUnavailable(.failing)
    }
    lasting.storeFault = "\(fault)"
    lasting.trouble = StorageTrouble(fault)
    return .storageUnavailable(lasting.trouble ?? .failing)
  }

  /// Where a batch did not fit the disk: what of it takes rights away may still fit.
  func commitWithoutRoom(_ batch: [Command], now: Moment) -> BatchOutcome? {
    let kept = batch.indices.filter { batch[$0].traits.worksWithoutRoom }
    guard !kept.isEmpty, kept.count < batch.count else { return nil }
    let inner = commit(kept.map { batch[$0] }, now: now.reading)
    var outcome = refuse(batch, .storageUnavailable(.full), at: now)
    for (index, reply) in zip(kept, inner.replies) { outcome.replies[index] = reply }
    for (index, token) in inner.deferred { outcome.deferred[kept[index]] = token }
    outcome.changedRequests = inner.changedRequests
    outcome.signature = inner.signature
    outcome.trouble = inner.trouble ?? outcome.trouble
    return outcome
  }
}

extension StorageTrouble {
  init(_ fault: StoreFault) {
    switch fault {
    case .full: self = .full
    case .readOnly: self = .readOnly
    case .missing, .unreachable, .closed: self = .gone
    default: self = .failing
    }
  }
}
