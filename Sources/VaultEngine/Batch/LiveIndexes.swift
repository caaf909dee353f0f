import VaultCore

/// What is asked of all live requests at once, kept beside them so that no question walks through them.
///
/// Invariant: a function of the entries: each change goes through ``replace(_:by:)``.
struct LiveIndexes {
  struct Pin: Hashable {
    let environment: Int64
    let secret: PinnedSecret
  }

  /// A secret, whatever the version.
  struct Pinned: Hashable {
    let environment: Int64
    let name: SecretName
  }

  struct Own: Hashable {
    let environment: Int64
    let requester: Subject
  }

  /// How somebody may be asked for.
  enum Name: Hashable {
    case subject(Subject)
    case account(String)
  }

  /// Of every entry.
  private(set) var all = SortedIDs()
  private(set) var askers: [Name: SortedIDs] = [:]
  private(set) var reviewers: [Name: SortedIDs] = [:]
  /// By whose approvals depend on the account database.
  private(set) var watched: [UInt32: SortedIDs] = [:]
  private(set) var places: [Int64: SortedIDs] = [:]
  private(set) var pins: [Pin: Int] = [:]
  /// By the secrets that they are pinned to some version of.
  private(set) var pinned: [Pinned: SortedIDs] = [:]
  private(set) var connections: [UInt64: SortedIDs] = [:]
  /// Of those that are not decided to end.
  private(set) var like = LikeRequests()
  private(set) var live: [Subject: Int] = [:]
  private(set) var revocable = SortedIDs()
  private(set) var active: [Int64: Int] = [:]
  private(set) var held: [UInt64: Int] = [:]
  private(set) var waiting: [Int64: Int] = [:]
  private(set) var own: [Own: Int] = [:]

  /// An entry takes the place of another of the same number, or of none; or leaves.
  mutating func replace(_ before: LiveRequests.Entry?, by after: LiveRequests.Entry?) {
    switch (before, after) {
    case (nil, let after?): enter(after)
    case (let before?, nil): leave(before)
    default: break
    }
    count(before, after)
    liken(before, after)
    connect(before, after)
    review(before, after)
    watch(before, after)
  }

  private static func names(of somebody: NamedSubject) -> [Name] {
    [.subject(somebody.subject)] + (somebody.name.map { [.account($0)] } ?? [])
  }

  private mutating func enter(_ entry: LiveRequests.Entry) {
    all.insert(entry.id)
    for name in Self.names(of: entry.requester.named) { askers.insert(entry.id, name) }
    places.insert(entry.id, entry.environment)
    for secret in entry.secrets {
      pins.add(1, Pin(environment: entry.environment, secret: secret))
      pinned.insert(entry.id, Pinned(environment: entry.environment, name: secret.name))
    }
  }

  private mutating func leave(_ entry: LiveRequests.Entry) {
    all.remove(entry.id)
    for name in Self.names(of: entry.requester.named) { askers.remove(entry.id, name) }
    places.remove(entry.id, entry.environment)
    for secret in entry.secrets {
      pins.add(-1, Pin(environment: entry.environment, secret: secret))
      pinned.remove(entry.id, Pinned(environment: entry.environment, name: secret.name))
    }
  }

  private mutating func count(_ before: LiveRequests.Entry?, _ after: LiveRequests.Entry?) {
    let (old, new) = (Standing(before), Standing(after))
    guard old != new, let entry = after ?? before else { return }
    let requester = entry.requester.subject
    if old.isLive != new.isLive {
      live.add(new.isLive ? 1 : -1, requester)
    }
    if old.isRevocable != new.isRevocable {
      if new.isRevocable { revocable.insert(entry.id) } else { revocable.remove(entry.id) }
    }
    if old.isActive != new.isActive { active.add(new.isActive ? 1 : -1, entry.environment) }
    if old.holder != new.holder {
      if let holder = old.holder { held.add(-1, holder) }
      if let holder = new.holder { held.add(1, holder) }
    }
    if old.isAwaited != new.isAwaited {
      waiting.add(new.isAwaited ? 1 : -1, entry.environment)
      own.add(
        new.isAwaited ? 1 : -1, Own(environment: entry.environment, requester: requester))
    }
  }

  private mutating func liken(_ before: LiveRequests.Entry?, _ after: LiveRequests.Entry?) {
    let (old, new) = (
      before.flatMap { $0.isEnding ? nil : $0 }, after.flatMap { $0.isEnding ? nil : $0 }
    )
    // Claims never change; where a request came from is found out once more after a restart.
    if old == nil && new == nil || old != nil && new != nil && old?.origin == new?.origin { return }
    if let old { like.remove(old) }
    if let new { like.add(new) }
  }

  private mutating func connect(_ before: LiveRequests.Entry?, _ after: LiveRequests.Entry?) {
    if let before, let after, before.hasConnections(of: after) { return }
    guard let id = (after ?? before)?.id else { return }
    let (old, new) = (before?.connections ?? [], after?.connections ?? [])
    for connection in old.subtracting(new) { connections.remove(id, connection) }
    for connection in new.subtracting(old) { connections.insert(id, connection) }
  }

  private mutating func review(_ before: LiveRequests.Entry?, _ after: LiveRequests.Entry?) {
    let (old, new) = (before?.reviewers ?? [], after?.reviewers ?? [])
    if old == new { return }
    guard let id = (after ?? before)?.id else { return }
    for name in Set(old.flatMap(Self.names)) { reviewers.remove(id, name) }
    for name in Set(new.flatMap(Self.names)) { reviewers.insert(id, name) }
  }

  private mutating func watch(_ before: LiveRequests.Entry?, _ after: LiveRequests.Entry?) {
    let (old, new) = (before?.watched ?? [], after?.watched ?? [])
    if old == new { return }
    guard let id = (after ?? before)?.id else { return }
    for uid in old { watched.remove(id, uid) }
    for uid in new { watched.insert(id, uid) }
  }

  /// What an entry counts for.
  private struct Standing: Equatable {
    var isLive = false
    var isActive = false
    var isRevocable = false
    var isAwaited = false
    var holder: UInt64?

    init(_ entry: LiveRequests.Entry?) {
      guard let entry, !entry.isEnding else { return }
      isLive = true
      isActive = entry.phase == .active
      isRevocable = entry.phase != .waiting
      isAwaited = entry.isWaiting && !(entry.attended && entry.attendants.isEmpty)
      holder = entry.holder
    }
  }
}

extension LiveRequests.Entry {
  fileprivate func hasConnections(of other: Self) -> Bool {
    maker == other.maker && holder == other.holder && lifeline == other.lifeline
      && attendants == other.attendants
  }

  fileprivate var connections: Set<UInt64> {
    var all = attendants
    for connection in [maker, holder, lifeline] { if let connection { all.insert(connection) } }
    return all
  }
}

extension Requester {
  fileprivate var named: NamedSubject { NamedSubject(subject: subject, name: name) }
}
