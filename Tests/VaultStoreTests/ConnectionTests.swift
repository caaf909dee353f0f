import CFaultVFS
import Promises
import Testing

@testable import VaultStore

struct ConnectionTests {
  private func with(_ body: (Workbench, Store) throws -> Void) throws {
    let bench = try Workbench()
    let store = try bench.open()
    defer { store.close() }
    try Workload.commit(1, to: store)
    try body(bench, store)
  }

  @Test(arguments: [
    ("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1"), ("secure_delete", "1"),
    ("trusted_schema", "0"), ("cell_size_check", "1"), ("mmap_size", "0"), ("temp_store", "2"),
    ("locking_mode", "normal"), ("application_id", "1162303060"), ("user_version", "3"),
    ("wal_autocheckpoint", "0"), ("encoding", "UTF-8"), ("page_size", "4096"),
  ])
  func `settings of the committing connection are as meant`(name: String, value: String) throws {
    try with { (_, store) throws in
      #expect(try store.connection.text("PRAGMA \(name)") == value)
    }
  }

  @Test(.promise(.plantedSchema))
  func `the schema cannot be written as a table`() throws {
    try with { (_, store) throws in
      #expect(
        try fault {
          try store.connection.execute("PRAGMA writable_schema = 1; DELETE FROM sqlite_schema")
        }
          != nil)
      #expect(try store.connection.integer("SELECT count(*) FROM sqlite_schema") ?? 0 > 0)
    }
  }

  @Test(.promise(.plantedSchema))
  func `a trigger that was planted in the file does not run`() throws {
    try with { (bench, store) throws in
      let stranger = try bench.stranger()
      try stranger.execute(
        "CREATE TRIGGER planted AFTER INSERT ON audit BEGIN DELETE FROM audit; END")
      stranger.close()
      try Workload.commit(2, to: store)
      #expect(try store.audit().count == 2)
    }
  }

  @Test func `the version of the data moves by another writer and by nothing of ours`() throws {
    try with { (bench, store) throws in
      let before = try store.dataVersion()
      try Workload.commit(2, to: store)
      #expect(try store.dataVersion() == before)
      let reader = try StoreReader(store.location)
      try reader.beginSnapshot()
      #expect(try reader.audit().count == 2)
      try Workload.commit(3, to: store)
      #expect(try store.dataVersion() == before)
      reader.endSnapshot()
      reader.close()
      let checkpointer = try Checkpointer(store.location)
      #expect(try checkpointer.run().isComplete)
      try Workload.commit(4, to: store)
      checkpointer.close()
      #expect(try store.dataVersion() == before)
      let stranger = try bench.stranger()
      try stranger.execute("UPDATE request SET live = 1 - live")
      stranger.close()
      #expect(try store.dataVersion() != before)
      try store.begin()
      let inside = try store.dataVersion()
      try store.appendAudit(first: 100, count: 1, records: [])
      #expect(try store.dataVersion() == inside)
      store.rollback()
    }
  }

  @Test func `a snapshot stays as it is while commits go on`() throws {
    try with { (_, store) throws in
      let reader = try StoreReader(store.location)
      defer { reader.close() }
      try reader.beginSnapshot()
      #expect(Workload.run(from: 2, through: 50, on: store) == 50)
      #expect(try reader.audit().last?.first == 1)
      #expect(try reader.head()?.content == bytes(1))
      var met: [Int64] = []
      try reader.forEachAudit { row in
        met.append(row.first)
        return true
      }
      #expect(met == [1])
      reader.endSnapshot()
      reader.endSnapshot()
      try reader.beginSnapshot()
      #expect(try reader.audit().last?.first == 50)
      #expect(try reader.audit(from: 49).map(\.first) == [49, 50])
      #expect(try reader.signature() == nil)
    }
  }

  @Test func `a reader cannot write`() throws {
    try with { (_, store) throws in
      let reader = try StoreReader(store.location)
      defer { reader.close() }
      let connection = try Connection(
        path: store.location.path, access: .readOnly, vfs: store.location.options.vfs)
      defer { connection.close() }
      #expect(try fault { try connection.execute("DELETE FROM audit") } == .readOnly)
    }
  }

  @Test func `a checkpointer keeps the log from growing, and commits do it only as a backstop`()
    throws
  {
    try with { (bench, store) throws in
      let checkpointer = try Checkpointer(store.location)
      defer { checkpointer.close() }
      fault_vfs_reset_counts(bench.vfs)
      var longest = 0
      for round in Int64(0)..<20 {
        #expect(Workload.run(from: round * 5 + 2, through: round * 5 + 6, on: store) > 0)
        #expect(fault_vfs_writes(bench.vfs, FAULT_FILE_DATABASE) == 0)
        let progress = try checkpointer.run()
        #expect(progress.isComplete && progress.copied == progress.frames)
        longest = max(longest, progress.frames)
        fault_vfs_reset_counts(bench.vfs)
      }
      #expect(longest < 100)
      #expect(try Workload.last(in: store, "") == 101)
    }
  }

  @Test func `another writer makes a transaction busy, and nothing else`() throws {
    try with { (bench, store) throws in
      let stranger = try bench.stranger()
      try stranger.execute("BEGIN IMMEDIATE")
      #expect(try fault { try store.begin() } == .busy)
      #expect(!store.connection.isInTransaction)
      #expect(try store.head() != nil)
      try stranger.execute("COMMIT")
      stranger.close()
      try Workload.commit(2, to: store)
    }
  }

  @Test(.promise(.destroyedIsErased))
  func `what was destroyed is in no file after a truncating checkpoint`() throws {
    let marker = Array("a ciphertext that must go".utf8)
    func count(in haystack: [UInt8]) -> Int {
      haystack.indices.count { haystack[$0...].starts(with: marker) }
    }
    try with { (bench, store) throws in
      let version = SealedRow.version(
        environment: 1, name: "KEY", version: 1, fingerprint: bytes(1), revision: 1,
        content: bytes(1), seal: bytes(1))
      let record = Array(repeatElement(marker, count: 400).joined())
      try store.put(version, record: .set(record))
      #expect(try store.checkpointTruncating())
      #expect(try count(in: bench.read(bench.database)) > 300)
      try store.put(version, record: .set(record + [1]))
      try store.put(version, record: .destroy)
      #expect(try count(in: bench.read(bench.database + "-wal")) > 300)

      let reader = try StoreReader(store.location)
      try reader.beginSnapshot()
      try store.put(HeadRow(content: [1], seal: bytes(1)))
      #expect(try !store.checkpointTruncating())
      reader.endSnapshot()
      reader.close()

      #expect(try store.checkpointTruncating())
      #expect(try count(in: bench.read(bench.database)) == 0)
      #expect(try bench.read(bench.database + "-wal") == [])
      #expect(
        try store.version(environment: 1, name: "KEY", version: 1, withRecord: true)?.record == nil)
    }
  }
}
