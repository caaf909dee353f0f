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
    var byMaker: [Maker: [Int64]] = [:]
    /// The first request of each maker, ascending.
    var firsts: [Int64] = []

    mutating func change(_ maker: Maker, _ body: (inout [Int64]) -> Void) {
      var ids = byMaker.removeValue(forKey: maker) ?? []
      let before = ids.first
      body(&ids)
      if ids.first != before {
        if let before { firsts.removeSorted(before) }
        if let first = ids.first { firsts.insertSorted(first) }
      }
      if !ids.isEmpty { byMaker[maker] = ids }
    }
  }

  /// How many twins of one request are named at most: the two oldest and the newest.
  static let mostNamed = 3

  private var jobs: [Job: [Int64]] = [:]
  private var groups: [Claims: Group] = [:]

  mutating func add(_ entry: LiveRequests.Entry) {
    if let job = entry.job { jobs[job, default: []].insertSorted(entry.id) }
    var group = groups.removeValue(forKey: entry.claims) ?? Group()
    group.count += 1
    group.change(Maker(entry)) { $0.insertSorted(entry.id) }
    groups[entry.claims] = group
  }

  mutating func remove(_ entry: LiveRequests.Entry) {
    if let job = entry.job {
      jobs[job]?.removeSorted(entry.id)
      if jobs[job]?.isEmpty == true { jobs[job] = nil }
    }
    guard var group = groups.removeValue(forKey: entry.claims) else { return }
    group.count -= 1
    group.change(Maker(entry)) { $0.removeSorted(entry.id) }
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
    let own = group.byMaker[Maker(entry)] ?? []
    let others = group.firsts.lazy.filter { $0 != own.first }
    var named = Array(others.prefix(Self.mostNamed - 1))
    if let newest = others.last, newest > named.last ?? 0 {
      named.append(newest)
    }
    return (named, group.count - own.count - named.count)
  }
}

/// Ascending numbers, each once.
extension [Int64] {
  private func place(of id: Int64) -> Int {
    // Most come at the end: a new request has the highest number.
    if last.map({ $0 < id }) ?? true { return count }
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low
  }

  fileprivate mutating func insertSorted(_ id: Int64) {
    let place = place(of: id)
    if place == count || self[place] != id { insert(id, at: place) }
  }

  fileprivate mutating func removeSorted(_ id: Int64) {
    let place = place(of: id)
    if place < count, self[place] == id { remove(at: place) }
  }
}
