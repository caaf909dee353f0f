import Promises
import TestSupport
import Testing
import VaultCore
@testable import VaultEngine
import VaultStore

/// What was destroyed is gone from the database and its write-ahead log before the answer says so.
@Suite struct ErasureTests {
  private func furnished() throws -> Fixture {
    let vault = try Fixture()
    try vault.create("open", Gate(protection: .unprotected, requesters: .any))
    return vault
  }

  /// A piece of a record that nothing else holds.
  private func marker(_ record: [UInt8]) -> [UInt8] { Array(record.suffix(24)) }

  @Test(
    .promise(.destroyedIsErased), arguments: ["destroy", "delete", "delete environment"],
    [10, 3_000, 60_000])
  func `a ciphertext stands in no file once its end is answered as erased`(
    end: String, size: Int
  ) throws {
    let vault = try furnished()
    try vault.set("open", "KEPT", String(repeating: "k", count: size))
    try vault.set("open", "SECRET", String(repeating: "s", count: size))
    let id = try vault.environment("open").id
    let kept = marker(try #require(try vault.ciphertext(id, "KEPT", 1)))
    let record = marker(try #require(try vault.ciphertext(id, "SECRET", 1)))
    let version = try vault.engine.store.dataVersion()
    #expect(record.stands(in: try vault.files()))
    let reply =
      switch end {
      case "destroy": try vault.change("open", "SECRET", 1, .destroyed)
      case "delete": try vault.deleteSecret("open", "SECRET")
      default: try vault.delete("open")
      }
    #expect(reply.isErased == true)
    #expect(!record.stands(in: try vault.files()))
    #expect(kept.stands(in: try vault.files()) == (end != "delete environment"))
    // The log that was cut is our own doing: nothing needs to be verified anew.
    #expect(try vault.engine.store.dataVersion() == version)
    try vault.restart()
    #expect(!record.stands(in: try vault.files()))
  }

  @Test(.promise(.destroyedIsErased))
  func `a reader's snapshot keeps the log: it is said, and a later tick erases`() throws {
    let vault = try furnished()
    let id = try vault.environment("open").id
    let record = marker(try #require(try vault.ciphertext(id, "TOKEN", 1)))
    let reader = try StoreReader(vault.engine.place.location)
    try reader.beginSnapshot()
    #expect(try vault.change("open", "TOKEN", 1, .destroyed).isErased == false)
    #expect(record.stands(in: try vault.files()))
    let tick = { vault.run(vault.caller(Fixture.admin), .tick) }
    _ = tick()
    #expect(record.stands(in: try vault.files()))
    reader.endSnapshot()
    // Only a tick owes it: nobody else's command waits for the log.
    _ = vault.run(vault.caller(Fixture.admin), .status)
    #expect(record.stands(in: try vault.files()))
    _ = tick()
    #expect(!record.stands(in: try vault.files()))
    reader.close()
  }

  @Test(.promise(.erasureHoldsUpNobody))
  func `nobody waits for a reader's snapshot but the answer that names the erasure`() throws {
    let vault = try furnished()
    let engine = vault.engine
    let reader = try StoreReader(engine.place.location)
    try reader.beginSnapshot()
    func destroy() throws -> BatchOutcome {
      let destroy = try vault.versionAction("open", "TOKEN", 1, .destroyed)
      return engine.commit(
        [Command(caller: vault.caller(Fixture.admin), action: destroy)], now: vault.now)
    }
    let first = try #require(try destroy().deferred[0])
    // Twice is no way to more tries: both answers wait for one.
    let second = try #require(try destroy().deferred[0])
    #expect(engine.owesReplies)
    #expect(engine.lateReplies(at: vault.now).isEmpty)
    // Meanwhile others are answered.
    let status = vault.run(vault.caller(Fixture.admin), .status)
    guard case .status = status else { throw Unexpected("\(status)") }
    vault.advance(VaultEngine.patience - 1)
    #expect(engine.lateReplies(at: vault.now).isEmpty)
    vault.advance(1)
    let late = engine.lateReplies(at: vault.now)
    #expect(late.map(\.token) == [first, second])
    #expect(late.map(\.reply.isErased) == [false, false])
    #expect(!engine.owesReplies)

    let third = try #require(try destroy().deferred[0])
    reader.endSnapshot()
    #expect(engine.lateReplies(at: vault.now).isEmpty, "each try costs a sync, so they are spaced")
    vault.advance(VaultEngine.erasureInterval)
    let erased = engine.lateReplies(at: vault.now)
    #expect(erased.map(\.token) == [third])
    #expect(erased.map(\.reply.isErased) == [true])
    reader.close()
  }

  @Test func `a destroy that a snapshot holds up is answered at the stop`() throws {
    let vault = try furnished()
    let reader = try StoreReader(vault.engine.place.location)
    try reader.beginSnapshot()
    let destroy = try vault.versionAction("open", "TOKEN", 1, .destroyed)
    let outcome = vault.engine.commit(
      [Command(caller: vault.caller(Fixture.admin), action: destroy)], now: vault.now)
    #expect(outcome.deferred.count == 1)
    #expect(vault.engine.lateReplies(at: vault.now, isLast: true).map(\.reply.isErased) == [false])
    reader.endSnapshot()
    reader.close()
  }

  @Test func `what a stop left in the log goes with the first tick of the next start`() throws {
    let vault = try furnished()
    let id = try vault.environment("open").id
    let record = marker(try #require(try vault.ciphertext(id, "TOKEN", 1)))
    // As long as another connection is open, a stop does not copy the log and take it away.
    let reader = try StoreReader(vault.engine.place.location)
    try reader.beginSnapshot()
    #expect(try vault.change("open", "TOKEN", 1, .destroyed).isErased == false)
    vault.engine.close()
    reader.endSnapshot()
    try vault.restart()
    #expect(record.stands(in: try vault.files()))
    _ = vault.run(vault.caller(Fixture.admin), .tick)
    #expect(!record.stands(in: try vault.files()))
    reader.close()
  }

  /// Lengths of values that leave a row in its page of the tree, at the edge of it, and beyond; and seeds,
  /// two of which find a copy in a page's gap where ciphertexts may lie in the tree.
  @Test(arguments: zip([3, 25, 101] as [UInt64], [4...4_200, 600...1_400, 10...250]))
  func `of many secrets that come and go, no destroyed one is found in any page`(
    seed: UInt64, lengths: ClosedRange<Int>
  ) throws {
    let vault = try furnished()
    let admin = vault.caller(Fixture.admin)
    let open = try EnvironmentName("open")
    let id = try vault.environment("open").id
    var random = SeededRandom(seed: seed)
    var gone: [[UInt8]] = []
    var versions: [String: Int64] = [:]
    for _ in 0..<600 {
      let name = "S\(random.below(90))"
      guard let version = versions[name], random.oneIn(3) else {
        let length = Int.random(in: lengths, using: &random)
        versions[name] = try vault.set("open", name, String(repeating: "v", count: length))
        continue
      }
      versions[name] = nil
      let record = try #require(try vault.ciphertext(id, name, version))
      gone += [Array(record.suffix(24)), Array(record[70..<94])]
      let end: Action =
        random.oneIn(2)
        ? try vault.versionAction("open", name, version, .destroyed)
        : .deleteSecret(environment: open, name: try SecretName(name))
      #expect(vault.run(admin, end).isErased == true)
    }
    #expect(gone.count > 150)
    let files = try vault.files()
    let found = gone.indices.filter { gone[$0].stands(in: files) }
    #expect(found == [], "seed \(seed)")
  }
}
