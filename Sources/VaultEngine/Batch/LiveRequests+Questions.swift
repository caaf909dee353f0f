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
    let key = LiveIndexes.Pinned(environment: environment, name: name)
    return (indexes.pinned[key] ?? SortedIDs()).filter { id in
      guard let entry = entries[id], entry.isWaiting, !entry.isEnding else { return false }
      return version.map { entry.secrets.contains(PinnedSecret(name: name, version: $0)) } ?? true
    }
  }

  /// Which other live requests say the same. Twins are told of what may still be approved, or used.
  func likeness(of id: Int64) -> RequestLikeness {
    guard let entry = entries[id], !entry.isEnding else { return RequestLikeness() }
    var likeness = RequestLikeness(sameKey: indexes.like.sameKey(as: entry))
    guard entry.isWaiting else { return likeness }
    let (named, more) = indexes.like.twins(of: entry)
    likeness.twins = named.compactMap { entries[$0]?.twin(of: entry) }
    likeness.moreTwins = more
    return likeness
  }

  /// Whose approvals depend on the account database.
  var watchedReviewers: [UInt32] { indexes.watched.keys.sorted() }

  /// The requests behind a number that one of them approved.
  func watched(by uid: UInt32, after id: Int64) -> ArraySlice<Int64> {
    indexes.watched[uid]?.above(id) ?? []
  }

  /// The first request behind a number that somebody has reviewed and whose grant is not active yet.
  func reviewed(after id: Int64) -> Int64? {
    indexes.all.above(id).first {
      entries[$0].map { $0.isWaiting && !$0.reviewers.isEmpty } ?? false
    }
  }

  /// How many grants a connection holds.
  func grants(of connection: UInt64) -> Int { indexes.held[connection] ?? 0 }

  /// The requests whose grants a connection holds, in the order of their numbers.
  func held(by connection: UInt64) -> [Int64] {
    (indexes.connections[connection] ?? SortedIDs()).filter { entries[$0]?.holder == connection }
  }

  /// How many grants of an environment are active.
  func grants(in environment: Int64) -> Int { indexes.active[environment] ?? 0 }

  /// The live requests in these phases, in the order of their numbers; of one environment where one is
  /// named.
  func ids(
    in environment: Int64? = nil, _ phases: Set<Phase> = [.waiting, .approved, .active]
  ) -> [Int64] {
    let known = environment.map { indexes.places[$0] ?? SortedIDs() } ?? indexes.all
    return known.filter { entries[$0].map { !$0.isEnding && phases.contains($0.phase) } ?? false }
  }

  /// Every approval and grant, in the order of their numbers.
  var revocable: SortedIDs { indexes.revocable }

  /// The live requests that somebody has made, by number or name.
  func made(by names: [LiveIndexes.Name]) -> [Int64] { standing(indexes.askers, names) }

  /// The live requests that somebody has reviewed, by number or name.
  func reviewed(by names: [LiveIndexes.Name]) -> [Int64] { standing(indexes.reviewers, names) }

  private func standing(
    _ index: [LiveIndexes.Name: SortedIDs], _ names: [LiveIndexes.Name]
  ) -> [Int64] {
    Set(names.flatMap { index[$0].map(Array.init) ?? [] }).filter { entries[$0]?.isEnding == false }
      .sorted()
  }

  /// The requests of an environment whose rows are live, in the order of their numbers, above one.
  func rows(in environment: Int64, after id: Int64 = 0) -> ArraySlice<Int64> {
    indexes.places[environment]?.above(id) ?? []
  }

  /// How many requests of an environment wait, and how many of one requester; attended ones that
  /// nobody attends do not count.
  func waiting(in environment: Int64, by requester: Subject) -> (all: Int, own: Int) {
    (
      indexes.waiting[environment] ?? 0,
      indexes.own[LiveIndexes.Own(environment: environment, requester: requester)] ?? 0
    )
  }
}
