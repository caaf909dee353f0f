import VaultCore

/// Which uids are accounts of the host, as far as that decides about lanes and about nothing else.
///
/// Invariants:
/// - an account that was found once stays one while the account database does not answer, so that an outage takes
///   nobody's lane away; once the database says that there is no such account, it is none;
/// - at most ``most`` are remembered, and only accounts, so that no crowd of other uids displaces one;
/// - the first ``few`` uids without an account are treated as accounts until a restart, so that services which run
///   under bare uids do not share one part; uids that belong to others by their number are not.
final class Residents: Sendable {
  enum Standing: Hashable, Sendable {
    /// An account of the host.
    case account
    /// A subordinate uid, or one of many that the account database does not know.
    case stranger
    /// The account database must be asked.
    case unknown
  }

  static let most = 4_096
  static let few = 16

  private let accounts: AccountDatabase
  private let remembered = Locked<Set<UInt32>>([])
  private let apart = Locked<Set<UInt32>>([])

  init(_ accounts: AccountDatabase) { self.accounts = accounts }

  /// What a uid is, as far as that needs no question.
  func standing(of uid: UInt32) -> Standing {
    // Root is one uid, whatever the account database says.
    if uid == 0 { return .account }
    switch accounts.known(uid) {
    case .known?:
      remember(uid)
      return .account
    case .nobody?, .unavailable?:
      forget(uid)
      return isApart(uid) ? .account : .stranger
    case nil: return remembered.withLock { $0.contains(uid) } ? .account : .unknown
    }
  }

  /// Asks the account database. The answer comes on a thread of the database, or before this returns.
  func ask(_ uid: UInt32, completion: @escaping @Sendable (_ isAccount: Bool) -> Void) {
    accounts.lookup(uid) { [self] answer in
      switch answer {
      case .known:
        remember(uid)
        completion(true)
      case .nobody:
        forget(uid)
        completion(isApart(uid))
      case .unavailable: completion(isApart(uid))
      }
    }
  }

  /// Whether a uid without an account has a part of its own; the first few get one.
  private func isApart(_ uid: UInt32) -> Bool {
    if accounts.isDecidedByNumber(uid) { return false }
    return apart.withLock { uids in
      if uids.contains(uid) { return true }
      if uids.count >= Self.few { return false }
      uids.insert(uid)
      return true
    }
  }

  private func forget(_ uid: UInt32) { remembered.withLock { _ = $0.remove(uid) } }

  private func remember(_ uid: UInt32) {
    remembered.withLock { uids in
      if uids.contains(uid) { return }
      if uids.count >= Self.most { uids.removeFirst() }
      uids.insert(uid)
    }
  }
}
