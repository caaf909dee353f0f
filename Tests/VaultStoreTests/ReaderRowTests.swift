import Testing
import VaultCore

@testable import VaultStore

/// What is looked up beside the rows that decide: who has read, and where a value stands too.
struct ReaderRowTests {
  private func with(_ body: (Store) throws -> Void) throws {
    let bench = try Workbench()
    let store = try bench.open()
    defer { store.close() }
    try store.begin()
    try body(store)
    try store.commit()
  }

  private func read(
    _ uid: UInt32, at time: Int64, count: Int64 = 1, account: String? = nil, version: Int64 = 1,
    name: String = "KEY", environment: Int64 = 1
  ) -> ReaderRow {
    ReaderRow(
      environment: environment, name: name, version: version, subject: .account(uid),
      account: account,
      first: time, last: time, count: count)
  }

  @Test func `reads of one account and version add up, the first time and the last name kept`()
    throws
  {
    try with { (store) throws in
      try store.add(read(7, at: 10, account: "runner"))
      try store.add(read(7, at: 20, count: 3))
      try store.add(read(7, at: 30, account: "builder"))
      let rows = try store.readers(environment: 1, name: "KEY", version: 1, limit: 9)
      #expect(
        rows == [
          ReaderRow(
            environment: 1, name: "KEY", version: 1, subject: .account(7), account: "builder",
            first: 10,
            last: 30,
            count: 5)
        ])
    }
  }

  @Test func `readers are told latest first, bounded, and counted whole`() throws {
    try with { (store) throws in
      for uid in UInt32(1)...5 { try store.add(read(uid, at: Int64(uid) * 10)) }
      try store.add(read(.max - 1, at: 5))
      func uids(_ limit: Int) throws -> [UInt32?] {
        try store.readers(environment: 1, name: "KEY", version: 1, limit: limit).map(\.uid)
      }
      #expect(try uids(3) == [5, 4, 3])
      #expect(try uids(99) == [5, 4, 3, 2, 1, .max - 1])
      #expect(try uids(0) == [])
      #expect(try uids(-1) == [])
      #expect(try store.readerCount(environment: 1, name: "KEY", version: 1) == 6)
    }
  }

  @Test func `a reader of one version is none of another version, secret or environment`() throws {
    try with { (store) throws in
      try store.add(read(7, at: 10))
      for (environment, name, version) in [(1, "KEY", 2), (1, "KEY_", 1), (2, "KEY", 1)]
        as [(
          Int64, String, Int64
        )]
      {
        #expect(
          try store.readers(environment: environment, name: name, version: version, limit: 9) == [])
        #expect(
          try store.readerCount(environment: environment, name: name, version: version) == 0)
      }
    }
  }

  @Test func `a value is found in other environments by its fingerprint, in no destroyed version`()
    throws
  {
    try with { (store) throws in
      for id in Int64(1)...3 {
        try store.put(
          .environment(id: id, name: "e\(id)", revision: 1, content: [], seal: bytes(1)))
        try store.put(
          .secret(environment: id, name: "KEY", revision: 1, content: [], seal: bytes(1)))
      }
      func version(_ environment: Int64, _ number: Int64, _ fingerprint: [UInt8]) -> SealedRow {
        .version(
          environment: environment, name: "KEY", version: number, fingerprint: fingerprint,
          revision: 1, content: [], seal: bytes(1))
      }
      try store.put(version(1, 1, bytes(5)), record: .set([1]))
      try store.put(version(2, 1, bytes(5)), record: .set([1]))
      try store.put(version(2, 2, bytes(6)), record: .set([1]))
      try store.put(version(3, 1, bytes(5)), record: .set([1]))
      func environments(outside environment: Int64, limit: Int = 9) throws -> [Int64] {
        try store.versions(fingerprint: bytes(5), outside: environment, limit: limit).map {
          $0.numbers.first ?? 0
        }.sorted()
      }
      #expect(try environments(outside: 1) == [2, 3])
      #expect(try environments(outside: 9) == [1, 2, 3])
      #expect(try environments(outside: 9, limit: 2).count == 2)
      // What is destroyed keeps its row and loses what it could be recognised by.
      try store.put(version(3, 1, []), record: .destroy)
      #expect(try environments(outside: 1) == [2])
      let destroyed = try store.version(environment: 3, name: "KEY", version: 1, withRecord: true)
      #expect(destroyed == version(3, 1, []))
    }
  }

  @Test func `no look-up by anything but a key walks a table`() throws {
    let bench = try Workbench()
    let store = try bench.open()
    defer { store.close() }
    for query in [
      WrittenQuery.versionPageLike, .readerPage, .readerCount, .variableCount, .versionCount,
      .versionLength, .requestPageDownOf, .environmentByName,
    ] {
      let statement = try store.connection.prepare("EXPLAIN QUERY PLAN \(query.sql)")
      var plan: [String] = []
      while try statement.step() { plan.append(statement.text(3)) }
      #expect(!plan.contains { $0.hasPrefix("SCAN") }, "\(query): \(plan)")
      #expect(plan.contains { $0.hasPrefix("SEARCH") }, "\(query): \(plan)")
    }
  }
}
