import Testing

@testable import VaultStore

func bytes(_ value: Int64, count: Int = 32) -> [UInt8] {
  [UInt8](repeating: UInt8(truncatingIfNeeded: value), count: count)
}

/// A life of a vault in numbered commits: each writes its number into a request, a secret's new
/// version, the head and the audit, so that a commit that is there in part shows.
enum Workload {
  static let environment = SealedRow.environment(
    id: 1, name: "production", revision: 1, content: bytes(1), seal: bytes(2))

  static func commit(_ number: Int64, to store: Store) throws {
    do {
      try store.begin()
      if number == 1 { try store.put(environment) }
      try store.put(
        .version(
          environment: 1, name: "KEY", version: number, fingerprint: bytes(number), revision: 1,
          content: bytes(number), seal: bytes(number)), record: .set(bytes(number, count: 3000)))
      try store.put(
        .secret(
          environment: 1, name: "KEY", revision: number, content: bytes(number),
          seal: bytes(number)))
      try store.put(
        .request(
          id: 1, environment: 1, isLive: number % 2 == 0, revision: number,
          content: bytes(number, count: 200), seal: bytes(number)))
      try store.appendAudit(first: number, count: 1, records: bytes(number, count: 300))
      try store.put(HeadRow(content: bytes(number), seal: bytes(number)))
      try store.commit()
    } catch {
      store.rollback()
      throw error
    }
  }

  /// Commits until one fails or all are done; answers the last that was acknowledged.
  static func run(from first: Int64, through last: Int64, on store: Store) -> Int64 {
    for number in first...last {
      do { try commit(number, to: store) } catch { return number - 1 }
    }
    return last
  }

  /// The last commit that is there. Every part of it must be, and nothing of a later one.
  static func last(in store: Store, _ line: String) throws -> Int64 {
    #expect(try store.connection.text("PRAGMA integrity_check") == "ok", "\(line)")
    #expect(try store.connection.text("PRAGMA foreign_key_check") == nil, "\(line)")
    guard let audit = try store.lastAudit() else {
      #expect(try store.head() == nil, "\(line)")
      #expect(try store.request(id: 1) == nil, "\(line)")
      #expect(try store.environment(id: 1) == nil, "\(line)")
      return 0
    }
    let number = audit.first
    #expect(audit.records == bytes(number, count: 300), "\(line)")
    #expect(try store.head() == HeadRow(content: bytes(number), seal: bytes(number)), "\(line)")
    #expect(try store.request(id: 1)?.revision == number, "\(line)")
    #expect(try store.secret(environment: 1, name: "KEY")?.revision == number, "\(line)")
    let version = try store.version(
      environment: 1, name: "KEY", version: number, withRecord: true)
    #expect(version?.record == bytes(number, count: 3000), "\(line)")
    #expect(
      try store.version(environment: 1, name: "KEY", version: number + 1) == nil, "\(line)")
    #expect(
      try store.audit().map(\.first) == Array(1...number), "\(line)")
    return number
  }
}
