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
      let meta = MetaRow(vault: bytes(1, count: 16), created: 1_700_000_000_000)
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

  @Test func `a root key is said once a generation, and taken out alone`() throws {
    try with { (store) throws in
      let rows = (1...3).map {
        RootRow(generation: $0, checkValue: bytes($0), created: 1_700_000_000_000 + $0)
      }
      for row in rows.reversed() { try store.insert(row) }
      #expect(try store.roots() == rows)
      guard case .misuse? = try fault({ try store.insert(rows[1]) }) else {
        Issue.record("a second root key of a generation was taken")
        return
      }
      #expect(try store.deleteRoot(generation: 2))
      #expect(try !store.deleteRoot(generation: 2))
      #expect(try store.roots() == [rows[0], rows[2]])
    }
  }

  @Test func `wrapped keys are found, paged and taken out by what they are and what opens them`()
    throws
  {
    try with { (store) throws in
      let rows = [
        (1, 3, 1, 1, 1), (1, 3, 1, 2, 1), (1, 3, 2, 1, 1), (1, 4, 1, 1, 1), (4, 0, 1, 3, 1),
      ].map { kind, id, generation, under, wrapper in
        WrapRow(
          WrapPlace(
            kind: kind, id: id, generation: generation, under: under, underGeneration: wrapper),
          record: bytes(id + under, count: 129))
      }
      for row in rows.reversed() { try store.put(row) }
      #expect(try store.wraps() == rows)
      #expect(try store.wraps(kind: 1, id: 3, generation: 1) == Array(rows[0...1]))
      #expect(try store.wraps(kind: 1, id: 3, generation: 3) == [])
      #expect(try store.wraps(after: .start, limit: 2) == Array(rows[..<2]))
      #expect(try store.wraps(after: rows[1].place, limit: 9) == Array(rows[2...]))
      let renewed = WrapRow(rows[1].place, record: [1])
      try store.put(renewed)
      #expect(try store.wraps(kind: 1, id: 3, generation: 1) == [rows[0], renewed])
      #expect(try store.deleteWrap(rows[1].place))
      #expect(try !store.deleteWrap(rows[1].place))
      #expect(try store.deleteWraps(kind: 1, id: 3, before: 2))
      #expect(try store.wraps() == Array(rows[2...]))
      #expect(try store.deleteWraps(kind: 1, id: 3))
      #expect(try !store.deleteWraps(kind: 1, id: 3))
      #expect(try store.wraps() == Array(rows[3...]))
    }
  }

  /// A `WITHOUT ROWID` tree copies rows from page to page; what is copied must not be a key.
  @Test func `a wrapped key that is taken out is nowhere in the file, however the tree grew`()
    throws
  {
    let bench = try Workbench()
    let store = try bench.open()
    defer { store.close() }
    func row(_ id: Int64) -> WrapRow {
      WrapRow(
        WrapPlace(kind: 1, id: id, generation: 1, under: 1, underGeneration: 1),
        record: [UInt8](repeating: 0xA5, count: 120) + bytes(id, count: 9))
    }
    try store.begin()
    for id in Int64(1)...400 { try store.put(row(id * 7 % 401)) }
    try store.commit()
    #expect(try store.checkpointTruncating())
    let needle = row(7).record
    #expect(try bench.holds(needle))
    try store.begin()
    for id in Int64(1)...400 { try store.deleteWrap(row(id).place) }
    try store.commit()
    #expect(try store.checkpointTruncating())
    #expect(try !bench.holds(Array(needle.prefix(120))))
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
