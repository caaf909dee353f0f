import VaultCore

/// What is asked of the live requests; each question by an index.
extension LiveRequests {
  /// How many live requests of a requester there are, in whatever environment and state.
  func live(of requester: Subject) -> Int { indexes.live[requester] ?? 0 }

  /// How many requests with a live row are pinned to a version.
  func pins(_ environment: Int64, _ secret: PinnedSecret) -> Int {
    indexes.pins[LiveIndexes.Pin(environment: environment, secret: secret)] ?? 0
  }

  /// The requests that wait or are approved and are pinned to a version of a secret; to whatever version where
  /// none is named.
  func waiting(in environment: Int64, for name: SecretName, version: Int64? = nil) -> [Int64] {
    Array(pinned(environment, name, version, isActive: false))
  }

  /// The active grants that hold a version of a secret.
  func grants(in environment: Int64, of name: SecretName) -> SortedIDs {
    pinned(environment, name, nil, isActive: true)
  }

  private func pinned(
    _ environment: Int64, _ name: SecretName, _ version: Int64?, isActive: Bool
  ) -> SortedIDs {
    indexes.pinned[
      LiveIndexes.Pinned(
        environment: environment, name: name, version: version, isActive: isActive)]
      ?? SortedIDs()
  }

  /// Which other live requests say the same. Twins are told of what may still be approved, or used.
  func likeness(of id: Int64) -> RequestLikeness {
    guard let entry = self[id], !entry.isEnding else { return RequestLikeness() }
    var likeness = RequestLikeness(sameKey: indexes.like.sameKey(as: entry))
    guard entry.isWaiting else { return likeness }
    let (named, more) = indexes.like.twins(of: entry)
    likeness.twins = named.compactMap { self[$0]?.twin(of: entry) }
    likeness.moreTwins = more
    return likeness
  }

  /// Whose approvals depend on the account database.
  var watchedReviewers: [UInt32] { indexes.watched.keys.sorted() }

  /// The requests behind a number that one of them approved.
  func watched(by uid: UInt32, after id: Int64) -> SortedIDs.Suffix {
    (indexes.watched[uid] ?? SortedIDs()).above(id)
  }

  /// The first request behind a number that somebody has reviewed and whose grant is not active yet.
  func reviewed(after id: Int64) -> Int64? { indexes.reviewed.above(id).first }

  /// How many grants a connection holds.
  func grants(of connection: UInt64) -> Int { indexes.held[connection] ?? 0 }

  /// The requests whose grants a connection holds, in the order of their numbers.
  func held(by connection: UInt64) -> [Int64] {
    (indexes.connections[connection] ?? SortedIDs()).filter { self[$0]?.holder == connection }
  }

  /// How many grants of an environment are active.
  func grants(in environment: Int64) -> Int { indexes.active[environment]?.count ?? 0 }

  /// The request whose grant takes an environment; nil where none is active.
  func holder(of environment: Int64) -> Int64? { indexes.active[environment]?.first }

  /// The live requests, in the order of their numbers; of one environment where one is named.
  func ids(in environment: Int64? = nil) -> [Int64] {
    let known = environment.map { indexes.places[$0] ?? SortedIDs() } ?? indexes.all
    return known.filter { self[$0]?.isEnding == false }
  }

  /// Every approval and grant, in the order of their numbers; of one environment where one is named.
  func revocable(in environment: Int64? = nil) -> SortedIDs {
    environment.map { indexes.revocableIn[$0] ?? SortedIDs() } ?? indexes.revocable
  }

  /// The first request above a number that waits or is approved under another revision of its gate than this one.
  func behind(_ revision: Int64, in environment: Int64, after id: Int64) -> Int64? {
    let others = indexes.ranks[environment]?.filter { $0.key.revision != revision } ?? [:]
    return others.compactMap { $0.value.above(id).first }.min()
  }

  /// How many requests are approved under a revision of their gate, those apart whose time is over.
  func approved(under revision: Int64, in environment: Int64, at now: Moment) -> Int {
    let rank = LiveIndexes.Rank(revision: revision, phase: .approved)
    return (indexes.ranks[environment]?[rank] ?? SortedIDs()).count {
      self[$0]?.end.isReached(at: now) == false
    }
  }

  /// How many standing approvals there are under a revision of their gate, those apart whose time is over.
  func standing(under revision: Int64, in environment: Int64, at now: Moment) -> Int {
    let rank = LiveIndexes.Rank(revision: revision, phase: .active)
    return (indexes.ranks[environment]?[rank] ?? SortedIDs()).count {
      self[$0]?.end.isReached(at: now) == false
    }
  }

  /// The standing approvals of a unit's credential, the newest last.
  func standing(_ unit: UnitCredential) -> SortedIDs { indexes.standing[unit] ?? SortedIDs() }

  /// The live requests that somebody has made, by number or name.
  func made(by names: [LiveIndexes.Name]) -> [Int64] { standing(indexes.askers, names) }

  /// The live requests that somebody has reviewed, by number or name.
  func reviewed(by names: [LiveIndexes.Name]) -> [Int64] { standing(indexes.reviewers, names) }

  private func standing(
    _ index: [LiveIndexes.Name: SortedIDs], _ names: [LiveIndexes.Name]
  ) -> [Int64] {
    let found = names.compactMap { index[$0] }
    let ids = found.count == 1 ? Array(found[0]) : Set(found.joined()).sorted()
    return ids.filter { self[$0]?.isEnding == false }
  }

  /// The requests of an environment whose rows are live, in the order of their numbers, above one.
  func rows(in environment: Int64, after id: Int64 = 0) -> SortedIDs.Suffix {
    (indexes.places[environment] ?? SortedIDs()).above(id)
  }

  /// How many requests of an environment wait, and how many of one requester; attended ones that
  /// nobody attends do not count.
  func waiting(in environment: Int64, by requester: Subject) -> (all: Int, own: Int) {
    (
      indexes.waiting[environment] ?? 0,
      indexes.own[LiveIndexes.Own(environment: environment, requester: requester)] ?? 0
    )
  }

  /// How many wait for approvals, and the one that has waited longest: numbers are given in order.
  var awaited: (count: Int, first: Entry?) {
    var count = 0
    var first: Int64?
    for ranks in indexes.ranks.values {
      for (rank, ids) in ranks where rank.phase == .waiting {
        count += ids.count
        if let id = ids.first { first = min(first ?? id, id) }
      }
    }
    return (count, first.flatMap { self[$0] })
  }
}
