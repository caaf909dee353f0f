import Promises
import Testing

@testable import VaultStore

struct RowTests {
  private func inTransaction(_ body: (Store) throws -> Void) throws {
    let bench = try Workbench()
    let store = try bench.open()
    defer { store.close() }
    try store.begin()
    try body(store)
    try store.commit()
  }

  static let secret = SealedRow.secret(
    environment: 1, name: "KEY", revision: 1, content: bytes(3), seal: bytes(4))
  static let version = SealedRow.version(
    environment: 1, name: "KEY", version: 1, fingerprint: bytes(7), revision: 1, content: bytes(5),
    seal: bytes(6))
  static let variable = SealedRow.variable(
    environment: 1, name: "KEY", revision: 1, content: bytes(9), seal: bytes(10))
  static let request = SealedRow.request(
    id: 9, environment: 1, isLive: true, revision: 1, content: [], seal: bytes(8))

  @Test func `what was put is found by its key, byte for byte`() throws {
    try inTransaction { (store) throws in
      let rows = [Workload.environment, Self.secret, Self.variable, Self.request]
      for row in rows { try store.put(row) }
      try store.put(Self.version, record: .set([0, 255, 0]))
      for row in rows + [Self.version] {
        #expect(try store.row(row.table, row.key) == row)
      }
      #expect(try store.environment(named: "production") == Workload.environment)
      #expect(try store.environment(named: "Production") == nil)
      #expect(try store.request(id: 10) == nil)
      #expect(try store.variableCount(environment: 1) == 1)
      #expect(try store.versionCount(environment: 1, name: "KEY", after: 0) == 1)
      #expect(try store.recordLength(environment: 1, name: "KEY", version: 1) == 3)
      let stored = try store.version(environment: 1, name: "KEY", version: 1, withRecord: true)
      #expect(stored?.record == [0, 255, 0])
    }
  }

  @Test func `a second put writes over the first and changes its index`() throws {
    try inTransaction { (store) throws in
      try store.put(Workload.environment)
      try store.put(Self.secret)
      try store.put(Self.request)
      let renamed = SealedRow.environment(
        id: 1, name: "staging", revision: 2, content: [1], seal: bytes(9))
      try store.put(renamed)
      #expect(try store.environment(named: "staging") == renamed)
      #expect(try store.environment(named: "production") == nil)
      let ended = SealedRow.request(
        id: 9, environment: 1, isLive: false, revision: 2, content: [2], seal: bytes(9))
      try store.put(ended)
      #expect(try store.request(id: 9) == ended)
      #expect(try store.liveRequests(limit: 10) == [])
      #expect(try store.requests(before: 10, limit: 10) == [ended])
    }
  }

  @Test func `two environments cannot have one name`() throws {
    let bench = try Workbench()
    let store = try bench.open()
    defer { store.close() }
    try store.begin()
    try store.put(Workload.environment)
    let twin = SealedRow.environment(
      id: 2, name: "production", revision: 1, content: [], seal: bytes(1))
    guard case .misuse? = try fault({ try store.put(twin) }) else {
      Issue.record("the twin was taken")
      return
    }
    store.rollback()
    #expect(try store.environment(id: 1) == nil)
  }

  @Test func `a ciphertext is kept, written or destroyed as said, never by leaving it out`() throws
  {
    try inTransaction { (store) throws in
      try store.put(Workload.environment)
      try store.put(Self.secret)
      func record() throws -> [UInt8]? {
        try store.version(environment: 1, name: "KEY", version: 1, withRecord: true)?.record
      }
      // A version that does not exist has nothing to keep.
      #expect(try fault { try store.put(Self.version) } == .misuse(code: 0))
      try store.put(Self.version, record: .set([]))
      #expect(try record() == [])
      try store.put(Self.version, record: .set([1, 2]))
      try store.put(Self.version)
      #expect(try record() == [1, 2])
      try store.put(Self.version, record: .destroy)
      #expect(try record() == nil)
      #expect(try store.row(.version, Self.version.key) == Self.version)
    }
  }

  @Test(.promise(.destroyedIsErased))
  func `a ciphertext of whatever length lies outside the tree, whose pages are copied about`()
    throws
  {
    let marker = Array("ciphertext!".utf8)
    let bench = try Workbench()
    let store = try bench.open()
    defer { store.close() }
    try store.begin()
    try store.put(Workload.environment)
    var written = 0
    for name in ["K", String(repeating: "K", count: 255)] {
      try store.put(
        .secret(environment: 1, name: name, revision: 1, content: [], seal: bytes(1)))
      for length in stride(from: 1, through: 1_300, by: 7) {
        try store.put(
          .version(
            environment: 1, name: name, version: Int64(length), fingerprint: bytes(2), revision: 1,
            content: bytes(3, count: length % 500), seal: bytes(4)),
          record: .set(Array(repeatElement(marker, count: length).joined())))
        written += 1
      }
    }
    try store.commit()
    #expect(try store.checkpointTruncating())
    let file = try bench.read(bench.database)
    var pages = (tree: 0, overflow: 0)
    for start in stride(from: 0, to: file.count, by: 4_096) {
      let page = file[start..<start + 4_096]
      // <https://sqlite.org/fileformat2.html>: the first byte of a page of a tree; that of an overflow
      // page belongs to the number of the next one, and is 0 in so small a file.
      let isTree = [2, 5, 10, 13].contains(page[start + (start == 0 ? 100 : 0)])
      let holds = page.indices.contains { page[$0...].starts(with: marker) }
      if holds && isTree { pages.tree += 1 }
      if holds && !isTree { pages.overflow += 1 }
    }
    #expect(pages.tree == 0)
    #expect(pages.overflow >= written)
  }

  @Test func `rows of a commit come in any order, but must add up at its end`() throws {
    let bench = try Workbench()
    let store = try bench.open()
    defer { store.close() }
    try store.begin()
    try store.put(Self.version, record: .set([1]))
    try store.put(Self.secret)
    let thrown = try fault { try store.commit() }
    guard case .misuse? = thrown else {
      Issue.record("a secret without its environment was taken")
      return
    }
    #expect(!store.connection.isInTransaction)
    try store.begin()
    try store.put(Self.version, record: .set([1]))
    try store.put(Self.secret)
    try store.put(Workload.environment)
    try store.commit()
    #expect(try store.row(.version, Self.version.key) != nil)
  }

  @Test func `a delete says whether there was a row`() throws {
    try inTransaction { (store) throws in
      try store.put(Workload.environment)
      try store.put(Self.secret)
      try store.put(Self.version, record: .set([1]))
      try store.put(Self.variable)
      try store.put(Self.request)
      let rows = [Self.version, Self.secret, Self.variable, Workload.environment, Self.request]
      #expect(try store.environmentCount() == 1)
      for row in rows {
        #expect(try store.delete(row.table, row.key))
        #expect(try !store.delete(row.table, row.key))
        #expect(try store.row(row.table, row.key) == nil)
      }
      #expect(try store.environmentCount() == 0)
    }
  }

  @Test func `pages are ordered, bounded and go on where they ended`() throws {
    try inTransaction { (store) throws in
      for id in Int64(1)...5 {
        try store.put(
          .environment(id: id, name: "e\(6 - id)", revision: 1, content: [], seal: bytes(1)))
        try store.put(
          .secret(environment: id, name: "A", revision: 1, content: [], seal: bytes(1)))
        try store.put(
          .secret(environment: 1, name: "S\(id)", revision: 1, content: [], seal: bytes(1)))
      }
      for version in Int64(1)...5 {
        try store.put(
          .version(
            environment: 1, name: "A", version: version, fingerprint: bytes(version),
            revision: 1, content: [], seal: bytes(1)),
          record: .set([1]))
      }
      for id in Int64(1)...12 {
        try store.put(
          .request(
            id: id, environment: 1 + id % 2, isLive: id % 3 == 0, revision: 1, content: [],
            seal: bytes(1)))
      }
      func ids(_ rows: [SealedRow]) -> [Int64] {
        rows.compactMap(\.numbers.last)
      }
      func names(_ rows: [SealedRow]) -> [String] {
        rows.compactMap {
          if case .text(let name)? = $0.columns.last, $0.numbers.first == 1 { name } else { nil }
        }
      }
      #expect(try ids(store.environments(limit: 3)) == [1, 2, 3])
      #expect(try ids(store.environments(after: 3, limit: 3)) == [4, 5])
      #expect(try store.environments(limit: 0) == [])
      #expect(try store.environmentCount() == 5)
      #expect(try store.environments(limit: -1) == [])
      #expect(try names(store.secrets(environment: 1, limit: 3)) == ["A", "S1", "S2"])
      #expect(
        try names(store.secrets(environment: 1, after: "S2", limit: 9)) == ["S3", "S4", "S5"])
      #expect(try store.secrets(environment: 6, limit: 9) == [])
      #expect(try store.versionCount(environment: 1, name: "A", after: 2) == 3)
      #expect(try ids(store.versions(environment: 1, name: "A", after: 2, limit: 2)) == [3, 4])
      #expect(try ids(store.requests(before: 13, limit: 4)) == [12, 11, 10, 9])
      #expect(try ids(store.requests(before: 7, environment: 1, limit: 2)) == [6, 4])
      #expect(try ids(store.liveRequests(limit: 9)) == [3, 6, 9, 12])
      #expect(try ids(store.liveRequests(after: 3, limit: 2)) == [6, 9])
    }
  }

  @Test func `the start-up walk meets every row that can decide, and no ended request`() throws {
    try inTransaction { (store) throws in
      try store.put(Workload.environment)
      try store.put(Self.secret)
      try store.put(Self.version, record: .set(bytes(1, count: 9000)))
      try store.put(Self.variable)
      try store.put(Self.request)
      try store.put(
        .request(id: 10, environment: 1, isLive: false, revision: 1, content: [], seal: bytes(1)))
      var rows: [SealedRow] = []
      try store.forEachLiveRow { row in
        rows.append(row)
        return true
      }
      #expect(
        rows == [Workload.environment, Self.secret, Self.variable, Self.version, Self.request])
      var met = 0
      try store.forEachLiveRow { _ in
        met += 1
        return met < 2
      }
      #expect(met == 2)
    }
  }

  @Test func `no list is sorted by SQLite: each page follows an index`() throws {
    let bench = try Workbench()
    let store = try bench.open()
    defer { store.close() }
    // Readers apart: an index over the time of the last read would be written by every release.
    let isList = { (query: Query) in
      query != .written(.readerPage) && query.sql.contains("ORDER BY")
    }
    for query in Query.allCases where isList(query) {
      let statement = try store.connection.prepare("EXPLAIN QUERY PLAN \(query.sql)")
      var plan: [String] = []
      while try statement.step() { plan.append(statement.text(3)) }
      #expect(!plan.isEmpty)
      #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(query): \(plan)")
    }
  }

  @Test
  func
    `nothing-holds-the-commit: who has a value elsewhere is found without reading where it is set`()
    throws
  {
    let bench = try Workbench()
    let store = try bench.open()
    defer { store.close() }
    let statement = try store.connection.prepare(
      "EXPLAIN QUERY PLAN \(WrittenQuery.versionPageLike.sql)")
    var plan: [String] = []
    while try statement.step() { plan.append(statement.text(3)) }
    for range in ["environment<?", "environment>?"] {
      #expect(plan.contains { $0.contains("fingerprint=? AND \(range)") }, "\(plan)")
    }
  }
}
