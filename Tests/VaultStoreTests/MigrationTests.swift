import CFaultVFS
import Testing
import VaultCore

@testable import VaultStore

struct MigrationTests {
  static let added = Migration(
    version: Int32(Schema.migrations.count) + 1,
    sql: """
      CREATE TABLE extra(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
      INSERT INTO extra SELECT first, 'from ' || first FROM audit;
      ALTER TABLE audit ADD COLUMN note TEXT;
      """)
  static let broken = Migration(
    version: added.version + 1,
    sql: "CREATE TABLE half(id INTEGER PRIMARY KEY) STRICT; DROP TABLE nothing")

  private func open(_ bench: Workbench, _ steps: [Migration]) throws -> Store {
    try Store(
      directory: bench.directory, create: true, options: bench.options, migrations: steps)
  }

  private func version(_ store: Store) throws -> Int64? {
    try store.connection.integer("PRAGMA user_version")
  }

  @Test func `the shipped steps count from 1 without a gap`() {
    #expect(Schema.migrations.map(\.version) == Array(1...Int32(Schema.migrations.count)))
  }

  @Test func `an older database is brought up to date with what it holds`() throws {
    let bench = try Workbench()
    let old = try open(bench, Schema.migrations)
    #expect(try version(old) == Int64(Schema.migrations.count))
    #expect(
      try old.connection.integer("PRAGMA application_id") == Int64(Schema.applicationID))
    #expect(Workload.run(from: 1, through: 3, on: old) == 3)
    old.close()
    for _ in 1...2 {
      let new = try open(bench, Schema.migrations + [Self.added])
      #expect(try version(new) == Int64(Self.added.version))
      #expect(try new.connection.integer("SELECT count(*) FROM extra") == 3)
      #expect(try Workload.last(in: new, "migrated") == 3)
      new.close()
    }
    #expect(
      try fault { try open(bench, Schema.migrations).close() }
        == .newerSchema(
          path: bench.database, found: Self.added.version, known: Self.added.version - 1))
  }

  @Test func `who has read by uid is known by subject afterwards`() throws {
    let bench = try Workbench()
    let old = try open(bench, Array(Schema.migrations.prefix(1)))
    try old.connection.execute(
      "INSERT INTO reader VALUES(1, 'KEY', 2, 998, 'runner', 10, 20, 3), (1, 'KEY', 2, 7, NULL, 1, 2, 1)"
    )
    old.close()
    let new = try open(bench, Schema.migrations)
    defer { new.close() }
    #expect(
      try new.readers(environment: 1, name: "KEY", version: 2, limit: 9) == [
        ReaderRow(
          environment: 1, name: "KEY", version: 2, subject: .account(998), account: "runner",
          first: 10, last: 20, count: 3),
        ReaderRow(
          environment: 1, name: "KEY", version: 2, subject: .account(7), account: nil, first: 1,
          last: 2, count: 1),
      ])
  }

  @Test func `what schema 2 had wrapped under its one root key is under the first root key`() throws
  {
    let bench = try Workbench()
    let old = try open(bench, Array(Schema.migrations.prefix(2)))
    try old.connection.execute(
      """
      INSERT INTO meta VALUES(1, x'\(String(repeating: "0a", count: 16))',
        x'\(String(repeating: "0b", count: 32))', 77);
      INSERT INTO wrap VALUES(1, 4, 1, x'01'), (2, 0, 1, x'02');
      """)
    old.close()
    let new = try open(bench, Schema.migrations)
    defer { new.close() }
    #expect(
      try new.meta() == MetaRow(vault: [UInt8](repeating: 10, count: 16), created: 77))
    #expect(
      try new.roots() == [
        RootRow(generation: 1, checkValue: [UInt8](repeating: 11, count: 32), created: 77)
      ])
    #expect(
      try new.wraps() == [
        WrapRow(
          WrapPlace(kind: 1, id: 4, generation: 1, under: 1, underGeneration: 1), record: [1]),
        WrapRow(
          WrapPlace(kind: 2, id: 0, generation: 1, under: 1, underGeneration: 1), record: [2]),
      ])
  }

  @Test func `a step that fails leaves the one before it, whole`() throws {
    let bench = try Workbench()
    try open(bench, Schema.migrations).close()
    let steps = Schema.migrations + [Self.added, Self.broken]
    guard case .misuse? = try fault({ try open(bench, steps).close() }) else {
      Issue.record("the broken step was taken")
      return
    }
    let store = try open(bench, Schema.migrations + [Self.added])
    #expect(try version(store) == Int64(Self.added.version))
    #expect(
      try store.connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'half'") == 0)
    store.close()
  }

  @Test func `a power cut during a migration leaves the old schema or the new one`() throws {
    var met: Set<Int64> = []
    var at: UInt64 = 1
    var isBeyond = false
    while !isBeyond {
      for seed in at * 10..<at * 10 + 5 {
        let bench = try Workbench()
        let old = try open(bench, Schema.migrations)
        #expect(Workload.run(from: 1, through: 3, on: old) == 3)
        old.close()
        bench.arm(FAULT_POWER, at: at)
        if let store = try? open(bench, Schema.migrations + [Self.added]) { store.close() }
        isBeyond = fault_vfs_operations(bench.vfs) < at
        fault_vfs_cut_power(bench.vfs)
        try #require(fault_vfs_restore_power(bench.vfs, seed) == 0)
        let stranger = try Connection(
          path: bench.database, access: .readWrite, vfs: bench.options.vfs)
        met.insert(try #require(try stranger.integer("PRAGMA user_version")))
        stranger.close()
        let store = try open(bench, Schema.migrations + [Self.added])
        let line = "operation \(at) seed \(seed)"
        #expect(try store.connection.integer("SELECT count(*) FROM extra") == 3, "\(line)")
        #expect(try Workload.last(in: store, line) == 3)
        store.close()
      }
      at += 1
    }
    #expect(met == [Int64(Self.added.version) - 1, Int64(Self.added.version)])
  }
}
