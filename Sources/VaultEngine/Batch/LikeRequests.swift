import VaultCore

/// Which live requests say the same of themselves: the same key, or the same claims from other connections.
///
/// Invariant: what is asked of it costs the same for two requests and for a thousand. Claims are told apart by a
/// hash, seeded anew in each process, and each connection's requests stand together, so that a flood of copies on
/// one connection counts as one row.
struct LikeRequests {
  /// What a key names: a job of one requester in one environment.
  struct Job: Hashable {
    let environment: Int64
    let requester: Subject
    let key: String
  }

  /// What a request claims, in one environment, whoever made it.
  struct Claims: Hashable {
    let environment: Int64
    let hash: Int

    init(_ request: AccessRequest) {
      environment = request.environment
      var hasher = Hasher()
      hasher.combine(request.context.likeness)
      hash = hasher.finalize()
    }
  }

  /// Whose requests are one's own: those of one connection. Where the connection is not known, each request is
  /// its own.
  private enum Maker: Hashable {
    case connection(UInt64)
    case unknown(Int64)

    init(_ entry: LiveRequests.Entry) {
      self = entry.origin.map { .connection($0.connection) } ?? .unknown(entry.id)
    }
  }

  /// Requests with the same claims.
  private struct Group {
    var count = 0
    /// Each maker's requests, ascending.
    var byMaker: [Maker: SortedIDs] = [:]
    /// The first request of each maker, ascending.
    var firsts = SortedIDs()

    mutating func change(_ maker: Maker, _ body: (inout SortedIDs) -> Void) {
      var ids = byMaker.removeValue(forKey: maker) ?? SortedIDs()
      let before = ids.first
      body(&ids)
      if ids.first != before {
        if let before { firsts.remove(before) }
        if let first = ids.first { firsts.insert(first) }
      }
      if !ids.isEmpty { byMaker[maker] = ids }
    }
  }

  /// How many twins of one request are named at most: the two oldest and the newest.
  static let mostNamed = 3

  private var jobs: [Job: SortedIDs] = [:]
  private var groups: [Claims: Group] = [:]

  mutating func add(_ entry: LiveRequests.Entry) {
    if let job = entry.job { jobs.insert(entry.id, job) }
    var group = groups.removeValue(forKey: entry.claims) ?? Group()
    group.count += 1
    group.change(Maker(entry)) { $0.insert(entry.id) }
    groups[entry.claims] = group
  }

  mutating func remove(_ entry: LiveRequests.Entry) {
    if let job = entry.job { jobs.remove(entry.id, job) }
    guard var group = groups.removeValue(forKey: entry.claims) else { return }
    group.count -= 1
    group.change(Maker(entry)) { $0.remove(entry.id) }
    if group.count > 0 { groups[entry.claims] = group }
  }

  /// The others with the same key.
  func sameKey(as entry: LiveRequests.Entry) -> RequestLikeness.SameKey? {
    guard let job = entry.job, let ids = jobs[job], ids.count > 1,
      let oldest = ids.first, let newest = ids.last
    else { return nil }
    return RequestLikeness.SameKey(
      older: oldest < entry.id ? oldest : nil, newer: newest > entry.id ? newest : nil,
      count: ids.count - 1)
  }

  /// Some of the requests that other connections made with the same claims, and how many more there are.
  func twins(of entry: LiveRequests.Entry) -> (named: [Int64], more: Int) {
    guard let group = groups[entry.claims] else { return ([], 0) }
    let own = group.byMaker[Maker(entry)] ?? SortedIDs()
    let oldest = group.firsts.lazy.filter { $0 != own.first }.prefix(Self.mostNamed - 1)
    var named = Array(oldest)
    if let newest = group.firsts.descending.first(where: { $0 != own.first }),
      newest > named.last ?? 0
    {
      named.append(newest)
    }
    return (named, group.count - own.count - named.count)
  }
}
