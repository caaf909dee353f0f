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

  /// Looks at the disk before a batch that writes, or as long as something is wrong with it.
  func inspectDisk(at now: Moment) {
    if wantsReopen { wantsReopen = !reopenStore(at: now) }
    switch store.diskState() {
    case .ample: trouble = wantsReopen ? .failing : nil
    case .scarce: trouble = .scarce
    case .gone: trouble = reopenStore(at: now) ? nil : .gone
    }
  }

  /// Opens the vault anew where it was; false where it is not there, or not yet due.
  private func reopenStore(at now: Moment) -> Bool {
    if let last = lastReopened,
      !Deadline(after: Self.reopenInterval, from: last).isReached(at: now)
    {
      return false
    }
    lastReopened = now
    do { try store.reopen() } catch { return false }
    // Whatever comes next verifies all of it first: no commit of ours has this version.
    dataVersion = -1
    owesErasure = true
    return true
  }

  /// What a failed batch says about the disk.
  func noteFailure(_ error: any Error) -> Refusal {
    guard let fault = error as? StoreFault else {
      if error is Tampering { return .storageTampered }
      return .storageUnavailable(.failing)
    }
    storeFault = "\(fault)"
    trouble = StorageTrouble(fault)
    switch fault {
    case .io, .unreachable, .readOnly, .closed: wantsReopen = true
    default: break
    }
    return .storageUnavailable(trouble ?? .failing)
  }

  /// Where a batch did not fit the disk: what of it takes rights away may still fit.
  func commitWithoutRoom(_ batch: [Command], now: Moment) -> BatchOutcome? {
    let kept = batch.indices.filter { batch[$0].action.worksWithoutRoom }
    guard !kept.isEmpty, kept.count < batch.count else { return nil }
    let inner = commit(kept.map { batch[$0] }, now: now)
    var outcome = refuse(batch, .storageUnavailable(.full))
    for (index, reply) in zip(kept, inner.replies) { outcome.replies[index] = reply }
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

extension Action {
  /// Whether it is done on a disk that is nearly full: it only reads, or takes rights away.
  var worksWithoutRoom: Bool {
    switch self {
    case .reject, .cancelRequest, .closeGrant, .revokeRequest, .revokeAll, .holdGrant,
      .changeVersion(_, _, _, .disabled), .changeVersion(_, _, _, .destroyed), .deleteSecret,
      .connectionEnded, .tick, .lifecycle, .reconfigure, .noteRefusals:
      true
    default: isReadOnly
    }
  }
}
