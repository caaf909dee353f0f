import VaultCore

/// What is asked of all live requests at once, kept beside them so that no question walks through them.
///
/// Invariant: a function of the entries: each change goes through ``replace(_:by:)``.
struct LiveIndexes {
  struct Pin: Hashable {
    let environment: Int64
    let secret: PinnedSecret
  }

  /// A secret, in one version or whatever the version, and whether grants or requests without one are meant.
  struct Pinned: Hashable {
    let environment: Int64
    let name: SecretName
    let version: Int64?
    let isActive: Bool
  }

  /// What waits, or is approved, under one revision of a gate.
  struct Rank: Hashable {
    let revision: Int64
    let phase: LiveRequests.Phase
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
  private(set) var connections: [UInt64: SortedIDs] = [:]
  /// Of those that wait or are approved: the reviewed ones.
  private(set) var reviewed = SortedIDs()
  /// Of those about which nothing is decided: what ends them, and by environment those that wait or are approved.
  private(set) var ends = LiveEnds()
  private(set) var ranks: [Int64: [Rank: SortedIDs]] = [:]
  /// Of those that are not decided to end.
  private(set) var like = LikeRequests()
  private(set) var live: [Subject: Int] = [:]
  private(set) var pinned: [Pinned: SortedIDs] = [:]
  private(set) var revocable = SortedIDs()
  private(set) var revocableIn: [Int64: SortedIDs] = [:]
  private(set) var active: [Int64: SortedIDs] = [:]
  private(set) var held: [UInt64: Int] = [:]
  private(set) var standing: [UnitCredential: SortedIDs] = [:]
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
    rank(before, after)
    ends.replace(before, by: after)
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
    }
  }

  private mutating func leave(_ entry: LiveRequests.Entry) {
    all.remove(entry.id)
    for name in Self.names(of: entry.requester.named) { askers.remove(entry.id, name) }
    places.remove(entry.id, entry.environment)
    for secret in entry.secrets {
      pins.add(-1, Pin(environment: entry.environment, secret: secret))
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
      revocable.set(entry.id, new.isRevocable)
      revocableIn.set(entry.id, entry.environment, new.isRevocable)
    }
    if old.isActive != new.isActive { active.set(entry.id, entry.environment, new.isActive) }
    if old.isLive != new.isLive || old.isActive != new.isActive {
      for key in entry.pinned(isActive: old.isActive) where old.isLive {
        pinned.remove(entry.id, key)
      }
      for key in entry.pinned(isActive: new.isActive) where new.isLive {
        pinned.insert(entry.id, key)
      }
    }
    if old.holder != new.holder {
      if let holder = old.holder { held.add(-1, holder) }
      if let holder = new.holder { held.add(1, holder) }
    }
    if old.unit != new.unit {
      if let unit = old.unit { standing.remove(entry.id, unit) }
      if let unit = new.unit { standing.insert(entry.id, unit) }
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

  private mutating func rank(_ before: LiveRequests.Entry?, _ after: LiveRequests.Entry?) {
    if before?.isReviewed != after?.isReviewed, let id = (after ?? before)?.id {
      reviewed.set(id, after?.isReviewed == true)
    }
    guard before?.rank != after?.rank, let entry = after ?? before else { return }
    if let old = before?.rank {
      ranks[entry.environment]?.remove(entry.id, old)
      if ranks[entry.environment]?.isEmpty == true { ranks[entry.environment] = nil }
    }
    if let new = after?.rank { ranks[entry.environment, default: [:]].insert(entry.id, new) }
  }

  /// What an entry counts for.
  private struct Standing: Equatable {
    var isLive = false
    var isActive = false
    var isRevocable = false
    var isAwaited = false
    var unit: UnitCredential?
    var holder: UInt64?

    init(_ entry: LiveRequests.Entry?) {
      guard let entry, !entry.isEnding else { return }
      isLive = true
      isActive = entry.isGrant
      isRevocable = entry.phase != .waiting
      isAwaited = entry.isWaiting && !(entry.attended && entry.attendants.isEmpty)
      unit = entry.isStanding ? entry.unit : nil
      holder = entry.holder
    }
  }
}

extension LiveRequests.Entry {
  /// Whether somebody has reviewed it and its grant is not active.
  fileprivate var isReviewed: Bool { isWaiting && !reviewers.isEmpty }

  /// Under which revision of its gate it waits or is approved; nil where something else is decided about it.
  fileprivate var rank: LiveIndexes.Rank? {
    (isWaiting || isStanding) && decision == nil
      ? LiveIndexes.Rank(revision: gateRevision, phase: phase) : nil
  }

  fileprivate func pinned(isActive: Bool) -> [LiveIndexes.Pinned] {
    // A unit gets whichever version is current: it ends with the name alone.
    secrets.flatMap { secret in
      (unit == nil ? [nil, secret.version] : [nil]).map {
        LiveIndexes.Pinned(
          environment: environment, name: secret.name, version: $0, isActive: isActive)
      }
    }
  }

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
