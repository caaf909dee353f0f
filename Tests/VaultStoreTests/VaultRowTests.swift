import Testing

@testable import VaultStore

struct VaultRowTests {
  private func with(_ body: (Store) throws -> Void) throws {
    let bench = try Workbench()
    let store = try bench.open()
    defer { store.close() }
    try body(store)
  }

  @Test func `a new vault has no head, meta, key, record or signature`() throws {
    try with { (store) throws in
      #expect(try store.head() == nil)
      #expect(try store.meta() == nil)
      #expect(try store.wraps() == [])
      #expect(try store.lastAudit() == nil)
      #expect(try store.audit() == [])
      #expect(try store.signature() == nil)
    }
  }

  @Test func `meta is said once`() throws {
    try with { (store) throws in
      let meta = MetaRow(
        vault: bytes(1, count: 16), checkValue: bytes(2), created: 1_700_000_000_000)
      try store.insert(meta)
      #expect(try store.meta() == meta)
      guard case .misuse? = try fault({ try store.insert(meta) }) else {
        Issue.record("a second meta was taken")
        return
      }
    }
  }

  @Test func `head and signature are one row each`() throws {
    try with { (store) throws in
      for number in Int64(1)...2 {
        let head = HeadRow(content: bytes(number, count: 90), seal: bytes(number))
        let signature = SignatureRow(
          sequence: number, hash: bytes(number), time: number, signature: bytes(number, count: 64))
        try store.put(head)
        try store.put(signature)
        #expect(try store.head() == head)
        #expect(try store.signature() == signature)
      }
    }
  }

  @Test func `wrapped keys are found by kind, id and generation`() throws {
    try with { (store) throws in
      let rows = [(1, 0, 1), (2, 1, 1), (2, 1, 2), (2, 7, 1)].map { kind, id, generation in
        WrapRow(kind: kind, id: id, generation: generation, record: bytes(id, count: 80))
      }
      for row in rows.reversed() { try store.put(row) }
      #expect(try store.wraps() == rows)
      #expect(try store.wrap(kind: 2, id: 1, generation: 2) == rows[2])
      #expect(try store.wrap(kind: 2, id: 1, generation: 3) == nil)
      let renewed = WrapRow(kind: 2, id: 1, generation: 2, record: [1])
      try store.put(renewed)
      #expect(try store.wrap(kind: 2, id: 1, generation: 2) == renewed)
      #expect(try store.deleteWraps(kind: 2, id: 1))
      #expect(try !store.deleteWraps(kind: 2, id: 1))
      #expect(try store.wraps() == [rows[0], rows[3]])
    }
  }

  @Test func `audit begins with the row that holds the sequence`() throws {
    try with { (store) throws in
      for (first, count) in [(1, 1), (2, 10), (12, 3), (15, 1)] as [(Int64, Int64)] {
        try store.appendAudit(first: first, count: count, records: bytes(first))
      }
      func firsts(from sequence: Int64) throws -> [Int64] {
        try store.audit(from: sequence).map(\.first)
      }
      #expect(try firsts(from: 0) == [1, 2, 12, 15])
      #expect(try firsts(from: 1) == [1, 2, 12, 15])
      #expect(try firsts(from: 2) == [2, 12, 15])
      #expect(try firsts(from: 11) == [2, 12, 15])
      #expect(try firsts(from: 99) == [15])
      #expect(try store.lastAudit() == AuditRow(first: 15, count: 1, records: bytes(15)))
    }
  }

  @Test func `an audit row is never written over`() throws {
    try with { (store) throws in
      try store.appendAudit(first: 1, count: 1, records: [1])
      guard case .misuse? = try fault({ try store.appendAudit(first: 1, count: 1, records: [2]) })
      else {
        Issue.record("a record was replaced")
        return
      }
      #expect(try store.lastAudit()?.records == [1])
    }
  }
}
