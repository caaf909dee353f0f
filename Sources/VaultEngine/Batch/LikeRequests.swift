import VaultCore

/// Which live requests say the same of themselves: the same key, or the same claims from other connections.
///
/// Invariant: what is asked of it costs the same for two requests and for a thousand, as long as nobody writes
/// letters that may be others. Claims are told apart by a hash, seeded anew in each process, and each connection's
/// requests stand together, so that a flood of copies on one connection counts as one row. Claims with doubtful
/// letters are compared one by one with at most ``mostCompared`` others of their shape; of more all are taken for
/// twins, so that a flood hides none.
struct LikeRequests {
  /// What a key names: a job of one requester in one environment.
  struct Job: Hashable {
    let environment: Int64
    let requester: Subject
    /// As bytes: equal text is the same bytes, and hashing text of 4 KiB can take milliseconds.
    let key: [UInt8]

    init(environment: Int64, requester: Subject, key: String) {
      self.environment = environment
      self.requester = requester
      self.key = Array(key.utf8)
    }
  }

  /// What a request claims, in one environment, whoever made it.
  struct Claims: Hashable {
    /// Where claims stand that could be taken for each other, though they are not the same.
    struct Shape: Hashable {
      let environment: Int64
      let shape: [Int]
    }

    /// So many letters are compared where claims are not the same; what differs behind them alone is alike.
    private static let compared = 512

    let shape: Shape
    let isDoubtful: Bool
    private let hash: Int
    private let head: ArraySlice<UInt32>

    init(_ request: AccessRequest) {
      let likeness = request.context.likeness
      shape = Shape(environment: request.environment, shape: likeness.shape)
      isDoubtful = likeness.isDoubtful
      // A copy, or the slice would keep the whole.
      head = ArraySlice(Array(likeness.head(Self.compared)))
      var hasher = Hasher()
      hasher.combine(likeness)
      hasher.combine(request.standing)
      hash = hasher.finalize()
    }

    static func == (some: Claims, other: Claims) -> Bool {
      some.hash == other.hash && some.shape == other.shape
    }

    func hash(into hasher: inout Hasher) { hasher.combine(hash) }

    /// Whether a reader may take them for each other, though they are not the same.
    func isNear(_ other: Claims) -> Bool {
      self != other && shape == other.shape && (isDoubtful || other.isDoubtful)
        && Likeness.mayBe(head, other.head)
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
  /// With how many others claims are compared at most.
  static let mostCompared = 64

  private var jobs: [Job: SortedIDs] = [:]
  private var groups: [Claims: Group] = [:]
  /// Which claims have the same shape, where there are several.
  private var shapes: [Claims.Shape: Shapes] = [:]

  /// Claims of one shape.
  private struct Shapes {
    var plain: Set<Claims> = []
    var doubtful: Set<Claims> = []

    mutating func change(_ claims: Claims, _ body: (inout Set<Claims>) -> Void) {
      if claims.isDoubtful { body(&doubtful) } else { body(&plain) }
    }
  }

  mutating func add(_ entry: LiveRequests.Entry) {
    if let job = entry.job { jobs.insert(entry.id, job) }
    var group = groups.removeValue(forKey: entry.claims) ?? Group()
    if group.count == 0 {
      shapes[entry.claims.shape, default: Shapes()].change(entry.claims) { $0.insert(entry.claims) }
    }
    group.count += 1
    group.change(Maker(entry)) { $0.insert(entry.id) }
    groups[entry.claims] = group
  }

  mutating func remove(_ entry: LiveRequests.Entry) {
    if let job = entry.job { jobs.remove(entry.id, job) }
    guard var group = groups.removeValue(forKey: entry.claims) else { return }
    group.count -= 1
    group.change(Maker(entry)) { $0.remove(entry.id) }
    if group.count > 0 {
      groups[entry.claims] = group
      return
    }
    guard var shape = shapes.removeValue(forKey: entry.claims.shape) else { return }
    shape.change(entry.claims) { $0.remove(entry.claims) }
    if !shape.plain.isEmpty || !shape.doubtful.isEmpty { shapes[entry.claims.shape] = shape }
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
    let near = near(entry.claims)
    if !near.isEmpty { return twins(of: entry, among: [group] + near) }
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

  /// The requests whose claims may be taken for these, though they are not the same.
  private func near(_ claims: Claims) -> [Group] {
    guard let shape = shapes[claims.shape] else { return [] }
    var others = Array(shape.doubtful)
    if claims.isDoubtful { others += shape.plain }
    // The claims themselves are among their own kind.
    if others.count - (claims.isDoubtful ? 1 : 0) <= Self.mostCompared {
      others = others.filter { $0.isNear(claims) }
    }
    return others.filter { $0 != claims }.compactMap { groups[$0] }
  }

  /// As ``twins(of:)`` has it, by a walk through all makers of several groups.
  private func twins(
    of entry: LiveRequests.Entry, among groups: [Group]
  ) -> (named: [Int64], more: Int) {
    let mine = Maker(entry)
    var firsts: [Maker: Int64] = [:]
    var count = 0
    for group in groups {
      count += group.count - (group.byMaker[mine]?.count ?? 0)
      for (maker, ids) in group.byMaker where maker != mine {
        if let first = ids.first { firsts[maker] = min(first, firsts[maker] ?? first) }
      }
    }
    let sorted = firsts.values.sorted()
    var named = Array(sorted.prefix(Self.mostNamed - 1))
    if sorted.count >= Self.mostNamed, let newest = sorted.last { named.append(newest) }
    return (named, count - named.count)
  }
}
