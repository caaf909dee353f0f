import Promises
import Testing
import VaultCalls
import VaultCore
@testable import VaultEngine
import VaultStore

/// An import is all or nothing: what is staged is nobody's, one small commit makes it current.
@Suite struct `An import` {
  static let dev = "dev"
  static let writer: UInt32 = 2005

  private func furnished(secrets: [String] = ["OLD"]) throws -> Fixture {
    let vault = try Fixture()
    var gate = Gate(protection: .unprotected, requesters: .any)
    gate.writers = [.uid(Self.writer)]
    try vault.create(Self.dev, gate, secrets: secrets)
    return vault
  }

  private func read(_ vault: Fixture, _ name: String) throws -> [String]? {
    vault.run(vault.caller(Fixture.runner), try vault.getAction(Self.dev, name)).released
  }

  @Test(.promise(.importIsWhole))
  func `all-or-nothing: what is staged is seen by nobody, and all at once after the commit`()
    throws
  {
    let vault = try furnished()
    let writer = vault.caller(Self.writer)
    let gate = Gate(protection: .unprotected, requesters: .any)
    try vault.create("other", gate, secrets: [])
    let before = try vault.audit().count
    try vault.staged([("NEW", "one"), ("OLD", "two")], in: Self.dev, by: writer)
    #expect(try vault.audit().count == before)
    #expect(try vault.secretNames(Self.dev) == ["OLD"])
    #expect(try vault.versions(Self.dev, "OLD").map(\.version) == [1])
    #expect(try read(vault, "OLD") == ["OLD of dev"])
    #expect(try read(vault, "NEW") == nil)
    for (name, number) in [("NEW", Int64(1)), ("OLD", 2)] {
      for state in [SecretVersion.State.disabled, .enabled, .destroyed] {
        #expect(
          vault.run(
            vault.caller(Fixture.admin), try vault.versionAction(Self.dev, name, number, state)
          )
          .refusal != nil, "\(name) \(state)")
      }
    }
    #expect(
      vault.run(
        vault.caller(Fixture.admin),
        .rollbackSecret(
          environment: try EnvironmentName(Self.dev), name: try SecretName("OLD"), to: 2, cas: nil)
      ).refusal == .versionUnknown(name: "OLD", version: 2))
    // Nor is it the same value as another, nor pinned by a request.
    let elsewhere = vault.run(
      vault.caller(Fixture.admin), try vault.setAction("other", "SAME", "one"))
    #expect(elsewhere.set?.sameValue == [])
    let request = try vault.request(by: vault.caller(Fixture.runner), environment: Self.dev).request
    #expect(request.secrets.map { "\($0.name.text) \($0.version)" } == ["OLD 1"])

    let reply = vault.run(writer, try vault.commits(Self.dev))
    #expect(reply.imported == ["NEW 1 new", "OLD 2 changed"])
    #expect(reply.importCounts == [1, 1, 0])
    #expect(try vault.secretNames(Self.dev) == ["NEW", "OLD"])
    #expect(try read(vault, "NEW") == ["one"] && read(vault, "OLD") == ["two"])
    // One commit, a record for each secret as `secret.set` makes it.
    let records = try vault.audit().filter { $0.event == .secretSet }.suffix(2)
    #expect(
      records.map { $0.secrets.map { "\($0.name.text) \($0.version)" } } == [["NEW 1"], ["OLD 2"]])
    #expect(records.allSatisfy { $0.environment == Self.dev })
    #expect(
      vault.run(writer, try vault.commits(Self.dev)).refusal == .importEnded(environment: Self.dev))
    #expect(try vault.verification().isVerified)
  }

  @Test(.promise(.importIsWhole))
  func `all-or-nothing: everything is judged anew in the commit, and a refusal sets nothing`()
    throws
  {
    /// What somebody does between the last value and the commit, and what the commit then says.
    let cases: [(String, (Fixture) throws -> Void, Refusal)] = [
      (
        "a variable takes a name", { _ = try $0.setVariable(Self.dev, "NEW", "v") },
        .nameTaken(environment: Self.dev, name: "NEW", by: "variable")
      ),
      (
        "the environment is protected",
        {
          _ = try $0.edit(Self.dev) {
            $0.protection = .reviewers([ReviewerRule(reviewers: [.uid(Fixture.bob)], required: 1)])
          }
        },
        .namesNew(environment: Self.dev, names: ["NEW", "NEWER"])
      ),
      (
        "a secret is set", { try $0.set(Self.dev, "OLD", "theirs") },
        .importOvertaken(environment: Self.dev, names: ["OLD"])
      ),
      (
        "a new one too", { try $0.set(Self.dev, "NEW", "theirs") },
        .importOvertaken(environment: Self.dev, names: ["NEW"])
      ),
      (
        "another import stages it",
        { try $0.staged([("OLD", "theirs")], in: Self.dev, by: $0.caller(Fixture.admin)) },
        .importOvertaken(environment: Self.dev, names: ["OLD"])
      ),
      ("the environment goes", { _ = try $0.delete(Self.dev) }, .environmentUnknown(Self.dev)),
    ]
    for (what, meanwhile, refusal) in cases {
      let vault = try furnished()
      let writer = vault.caller(Self.writer)
      try vault.staged([("NEW", "1"), ("NEWER", "2"), ("OLD", "3")], in: Self.dev, by: writer)
      try meanwhile(vault)
      #expect(vault.run(writer, try vault.commits(Self.dev)).refusal == refusal, "\(what)")
      if case .environmentUnknown = refusal { continue }
      #expect(try vault.secretNames(Self.dev).contains("NEWER") == false, "\(what)")
      #expect(try read(vault, "OLD") != ["3"], "\(what)")
      _ = vault.run(writer, .connectionEnded)
      vault.drain()
      #expect(try vault.storedVersions(Self.dev, "NEWER") == [], "\(what)")
      #expect(try vault.verification().isVerified)
    }
  }

  @Test func `all-or-nothing: whose role is taken away meanwhile commits nothing`() throws {
    let vault = try furnished()
    let writer = vault.caller(Self.writer)
    try vault.staged([("NEW", "1"), ("OLD", "2")], in: Self.dev, by: writer)
    try vault.edit(Self.dev) { $0.writers = GateEdit.Members(remove: [.uid(Self.writer)]) }
    #expect(vault.run(writer, try vault.commits(Self.dev)).refusal != nil)
    #expect(try vault.secretNames(Self.dev) == ["OLD"])
    #expect(try read(vault, "OLD") == ["OLD of dev"])
  }

  @Test func `all-or-nothing: what is staged is out of the way of whoever deletes, sets or stages`()
    throws
  {
    let vault = try furnished()
    vault.slice = 1
    let (writer, admin) = (vault.caller(Self.writer), vault.caller(Fixture.admin))
    let number = try vault.environment(Self.dev).id
    try vault.staged([("OLD", "1")], in: Self.dev, by: writer)
    let first = try #require(try vault.ciphertext(number, "OLD", 2))
    // It is dropped and staged anew before its row is gone: the new one stays.
    _ = vault.batch([
      (writer, try vault.opens(Self.dev, ["OLD"])), (writer, try vault.puts(Self.dev, "OLD", "2")),
    ])
    vault.drain()
    _ = vault.run(admin, .tick)
    let second = try #require(try vault.ciphertext(number, "OLD", 2))
    #expect(first != second)
    // A set takes its number, and its ciphertext is erased.
    #expect(try vault.set(Self.dev, "OLD", "theirs") == 2)
    _ = vault.run(admin, .tick)
    #expect(try !first.stands(in: vault.files()) && !second.stands(in: vault.files()))
    try vault.staged([("OLD", "3")], in: Self.dev, by: writer)
    #expect(try vault.storedVersions(Self.dev, "OLD") == [1, 2, 3])
    let reply = try vault.deleteSecret(Self.dev, "OLD")
    guard case .secretDeleted(let deletion) = reply else {
      Issue.record("\(reply)")
      return
    }
    #expect(deletion.versions == 2 && deletion.isErased)
    // Deleted and imported, it goes on counting, and nothing of before comes back.
    #expect(vault.run(writer, try vault.commits(Self.dev)).imported == ["OLD 3 new"])
    #expect(try vault.versions(Self.dev, "OLD").map(\.version) == [3])
    #expect(try vault.verification().isVerified)
  }

  @Test func `all-or-nothing: it is its connection's, whole, and of what it was opened for`() throws
  {
    let vault = try furnished()
    let (writer, other) = (vault.caller(Self.writer), vault.caller(Self.writer))
    let ended = Refusal.importEnded(environment: Self.dev)
    #expect(vault.run(writer, try vault.puts(Self.dev, "A", "1")).refusal == ended)
    #expect(vault.run(writer, try vault.commits(Self.dev)).refusal == ended)
    #expect(vault.run(writer, try vault.opens(Self.dev, ["A", "A"])).isImportInvalid)
    #expect(vault.run(writer, try vault.opens(Self.dev, ["A", "B"])).refusal == nil)
    #expect(vault.run(writer, try vault.puts(Self.dev, "C", "1")).isImportInvalid)
    #expect(vault.run(writer, try vault.puts(Self.dev, "A", "1")).refusal == nil)
    #expect(vault.run(writer, try vault.puts(Self.dev, "A", "2")).isImportInvalid)
    #expect(vault.run(writer, try vault.commits(Self.dev)).isImportInvalid)
    #expect(vault.run(other, try vault.puts(Self.dev, "B", "1")).refusal == ended)
    #expect(vault.run(other, try vault.commits(Self.dev)).refusal == ended)
    #expect(
      vault.run(vault.caller(Fixture.runner), try vault.opens(Self.dev, ["A"])).isAccessDenied)
    try vault.create("other", Gate(protection: .unprotected, requesters: .any), secrets: [])
    let admin = vault.caller(Fixture.admin)
    #expect(vault.run(admin, try vault.opens(Self.dev, ["A"])).refusal == nil)
    let elsewhere = Refusal.importEnded(environment: "other")
    #expect(vault.run(admin, try vault.puts("other", "A", "1")).refusal == elsewhere)
    #expect(vault.run(admin, try vault.commits("other")).refusal == elsewhere)
    #expect(vault.run(writer, try vault.puts(Self.dev, "B", "2")).refusal == nil)
    // What it was opened for before is dropped by another one.
    #expect(vault.run(writer, try vault.opens(Self.dev, ["C"])).refusal == nil)
    vault.drain()
    #expect(try vault.storedVersions(Self.dev, "A") == [])
    #expect(vault.run(writer, try vault.puts(Self.dev, "C", "3")).refusal == nil)
    #expect(vault.run(writer, try vault.commits(Self.dev)).imported == ["C 1 new"])
    #expect(try vault.secretNames(Self.dev) == ["C", "OLD"])
  }

  @Test(.promise(.importIsWhole))
  func `all-or-nothing: the end of its connection, or a minute of silence, erases it`() throws {
    for isIdle in [false, true] {
      let vault = try furnished()
      let writer = vault.caller(Self.writer)
      _ = vault.run(writer, try vault.opens(Self.dev, ["NEW", "OLD", "LATE"]))
      for name in ["NEW", "OLD"] {
        #expect(vault.run(writer, try vault.puts(Self.dev, name, "canary")).refusal == nil)
      }
      let number = try vault.environment(Self.dev).id
      let ciphertexts = [
        try #require(try vault.ciphertext(number, "NEW", 1)),
        try #require(try vault.ciphertext(number, "OLD", 2)),
      ]
      #expect(try ciphertexts.allSatisfy { try $0.stands(in: vault.files()) })
      if isIdle {
        // Each call about it is a sign of life.
        vault.advance(OpenImports.patience - 1)
        _ = vault.run(writer, try vault.puts(Self.dev, "LATE", "canary"))
        vault.advance(OpenImports.patience - 1)
        _ = vault.run(vault.caller(Fixture.admin), .tick)
        #expect(try vault.storedVersions(Self.dev, "NEW") == [1])
        vault.advance(1)
        _ = vault.run(vault.caller(Fixture.admin), .tick)
      } else {
        _ = vault.run(writer, .connectionEnded)
        vault.drain()
      }
      _ = vault.run(vault.caller(Fixture.admin), .tick)
      #expect(
        try vault.storedVersions(Self.dev, "NEW") == []
          && vault.storedVersions(Self.dev, "OLD") == [1])
      #expect(try vault.engine.store.secretCount(environment: number) == 1)
      #expect(try ciphertexts.allSatisfy { try !$0.stands(in: vault.files()) })
      #expect(
        vault.run(writer, try vault.commits(Self.dev)).refusal
          == .importEnded(environment: Self.dev))
      #expect(try vault.verification().isVerified)
    }
  }

  @Test(.promise(.importIsWhole), arguments: [1, 16])
  func `all-or-nothing: a daemon that is killed at any commit has all of it, or nothing`(slice: Int)
    throws
  {
    let vault = try furnished()
    vault.slice = slice
    let writer = vault.caller(Self.writer)
    let values = [("A", "1"), ("B", "2"), ("OLD", "3")]
    var steps = [try vault.opens(Self.dev, values.map(\.0))]
    steps += try values.map { try vault.puts(Self.dev, $0.0, $0.1) }
    steps.append(try vault.commits(Self.dev))
    for (index, step) in steps.enumerated() {
      #expect(vault.run(writer, step).refusal == nil)
      let again = try Fixture(killing: vault)
      let isDone = index == steps.count - 1
      let expected = isDone ? ["A", "B", "OLD"] : ["OLD"]
      #expect(try again.secretNames(Self.dev) == expected, "\(index)")
      #expect(try read(again, "OLD") == [isDone ? "3" : "OLD of dev"])
      _ = again.run(again.caller(Fixture.admin), .tick)
      again.drain()
      #expect(try again.storedVersions(Self.dev, "A") == (isDone ? [1] : []), "\(index)")
      #expect(try again.storedVersions(Self.dev, "OLD") == (isDone ? [1, 2] : [1]), "\(index)")
      #expect(try again.verification().isVerified)
      // Its numbers are given again.
      #expect(try again.set(Self.dev, "OLD", "anew") == (isDone ? 3 : 2))
    }
  }

  @Test(.promise(.importIsWhole))
  func `all-or-nothing: rivals in one batch, of which one wins whole`() throws {
    let vault = try furnished()
    let (first, second) = (vault.caller(Self.writer), vault.caller(Fixture.admin))
    try vault.staged([("A", "1"), ("OLD", "1")], in: Self.dev, by: first)
    try vault.staged([("B", "2"), ("OLD", "2")], in: Self.dev, by: second)
    let commit = try vault.commits(Self.dev)
    var replies = vault.batch([(first, commit), (second, commit)])
    #expect(replies[0].refusal == .importOvertaken(environment: Self.dev, names: ["OLD"]))
    #expect(replies[1].imported == ["B 1 new", "OLD 2 changed"])
    #expect(try vault.secretNames(Self.dev) == ["B", "OLD"])
    // A set in front of the commit, in its batch; and one behind it.
    try vault.staged([("A", "1"), ("OLD", "3")], in: Self.dev, by: first)
    let set = try vault.setAction(Self.dev, "OLD", "4")
    replies = vault.batch([(second, set), (first, commit)])
    #expect(replies[0].set?.version == 3 && replies[1].refusal != nil)
    try vault.staged([("A", "1"), ("OLD", "5")], in: Self.dev, by: first)
    replies = vault.batch([(first, commit), (second, set)])
    #expect(replies[0].imported == ["A 1 new", "OLD 4 changed"] && replies[1].set?.version == 5)
    #expect(try vault.verification().isVerified)
  }
}

extension CommandReply {
  var isImportInvalid: Bool { if case .importInvalid = refusal { true } else { false } }
}
