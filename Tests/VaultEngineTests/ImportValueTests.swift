import Promises
import Testing
import VaultCalls
import VaultCore
@testable import VaultEngine

/// What an import makes of each value.
@Suite struct `The values of an import` {
  static let dev = "dev"

  private func furnished(secrets: [String] = ["A", "B"]) throws -> (vault: Fixture, admin: Caller) {
    let vault = try Fixture()
    try vault.create(
      Self.dev, Gate(protection: .unprotected, requesters: .any), secrets: secrets)
    return (vault, vault.caller(Fixture.admin))
  }

  private func compared(_ vault: Fixture) throws -> [String] {
    try vault.audit().filter { $0.event == .secretCompared }.map { record in
      let pins = record.secrets.map { "\($0.name.text) \($0.version)" }.joined(separator: " ")
      return "\(pins): \(record.details.map { "\($0.name)=\($0.value)" }.joined())"
    }
  }

  @Test(.promise(.comparisonsAreRecorded))
  func `one that is current keeps its version, and that somebody was told so is on the record`()
    throws
  {
    let (vault, admin) = try furnished()
    try vault.staged(
      [("A", "A of dev"), ("B", "anew"), ("C", "first")], in: Self.dev, by: admin)
    #expect(
      vault.run(admin, try vault.commits(Self.dev)).imported
        == ["A 1 same", "B 2 changed", "C 1 new"])
    #expect(try compared(vault) == ["A 1: same=A"])
    vault.drain()
    #expect(try vault.storedVersions(Self.dev, "A") == [1])
    // One that cannot be read any more is set anew.
    try vault.change(Self.dev, "A", 1, .disabled)
    try vault.staged([("A", "A of dev")], in: Self.dev, by: admin)
    #expect(vault.run(admin, try vault.commits(Self.dev)).imported == ["A 2 changed"])
  }

  @Test func `one whose secret is touched meanwhile is compared anew`() throws {
    for dryRun in [false, true] {
      let (vault, admin) = try furnished()
      try vault.staged([("A", "A of dev"), ("B", "anew")], in: Self.dev, by: admin, dryRun: dryRun)
      try vault.change(Self.dev, "A", 1, .disabled)
      #expect(
        vault.run(admin, try vault.commits(Self.dev)).imported == ["A 2 changed", "B 2 changed"])
    }
  }

  @Test(.promise(.comparisonsAreRecorded))
  func `a dry run compares, stages nothing, sets nothing, and is on the record`() throws {
    let (vault, admin) = try furnished()
    try vault.staged(
      [("A", "A of dev"), ("B", "anew"), ("C", "first")], in: Self.dev, by: admin, dryRun: true)
    #expect(try vault.storedVersions(Self.dev, "B") == [1])
    #expect(
      vault.run(admin, try vault.commits(Self.dev)).imported
        == ["A 1 same", "B 2 changed", "C 1 new"])
    #expect(try compared(vault) == ["A 1 B 1: same=A"])
    #expect(try vault.secretNames(Self.dev) == ["A", "B"])
    #expect(try vault.versions(Self.dev, "B").count == 1)
    #expect(
      vault.run(admin, try vault.commits(Self.dev)).refusal == .importEnded(environment: Self.dev))
    // It overtakes nobody.
    let other = vault.caller(Fixture.admin)
    try vault.staged([("A", "1")], in: Self.dev, by: other)
    try vault.staged([("A", "2")], in: Self.dev, by: admin, dryRun: true)
    #expect(vault.run(other, try vault.commits(Self.dev)).imported == ["A 2 changed"])
  }

  @Test func `none empties a secret that has a value, unless that is meant`() throws {
    let (vault, admin) = try furnished()
    for dryRun in [false, true] {
      try vault.staged(
        [("A", ""), ("B", ""), ("C", "")], in: Self.dev, by: admin, dryRun: dryRun)
      #expect(
        vault.run(admin, try vault.commits(Self.dev)).refusal
          == .valuesEmpty(environment: Self.dev, names: ["A", "B"]))
    }
    #expect(try vault.secretNames(Self.dev) == ["A", "B"])
    try vault.staged([("A", ""), ("C", "")], in: Self.dev, by: admin)
    #expect(
      vault.run(admin, try vault.commits(Self.dev, allowEmpty: true)).imported
        == ["A 2 changed", "C 1 new"])
    // What is empty stays so.
    try vault.staged([("A", ""), ("C", "")], in: Self.dev, by: admin)
    let same = vault.run(admin, try vault.commits(Self.dev))
    #expect(same.imported == ["A 2 same", "C 1 same"] && same.importCounts == [0, 0, 2])
  }

  @Test func `drop old versions as a set does, but for those that a request is pinned to`() throws {
    let (vault, admin) = try furnished()
    for text in 2...11 { try vault.set(Self.dev, "A", "\(text)") }
    #expect(try vault.versions(Self.dev, "A").map(\.version) == Array(2...11))
    #expect(vault.run(admin, try vault.versionAction(Self.dev, "A", 2, .enabled)).refusal == nil)
    vault.slice = 1
    func imports(_ text: String) throws -> [Int64] {
      try vault.staged([("A", text), ("B", text)], in: Self.dev, by: admin)
      let outcome = vault.engine.commit(
        [Command(caller: admin, action: try vault.commits(Self.dev))], now: vault.now)
      guard case .imported(let view) = outcome.replies[0] else {
        throw Unexpected("\(outcome.replies[0])")
      }
      return view.items[0].pruned
    }
    try vault.staged([("A", "twelve"), ("B", "twelve")], in: Self.dev, by: admin)
    // Its row is still there; it is no version any more.
    let replies = vault.batch([
      (admin, try vault.commits(Self.dev)),
      (admin, try vault.versionAction(Self.dev, "A", 2, .enabled)),
    ])
    #expect(replies[0].imported == ["A 12 changed", "B 2 changed"])
    #expect(replies[1].refusal == .versionUnknown(name: "A", version: 2))
    #expect(try vault.versions(Self.dev, "A").map(\.version) == Array(3...12))
    let record = try #require(
      try vault.audit().last { $0.event == .secretSet && $0.secrets[0].name.text == "A" })
    #expect(record.details.map { "\($0.name)=\($0.value)" } == ["pruned=2"])
    vault.drain()
    #expect(try vault.storedVersions(Self.dev, "A") == Array(3...12))

    let runner = vault.caller(Fixture.runner)
    let pinned = try vault.request(by: runner, environment: Self.dev).request
    #expect(pinned.secrets.contains { $0.name.text == "A" && $0.version == 12 })
    for text in 13...21 { #expect(try imports("\(text)") == [Int64(text) - 10]) }
    for text in 22...23 { #expect(try imports("\(text)") == []) }
    #expect(vault.run(runner, .cancelRequest(pinned.id, ticket: nil)).refusal == nil)
    #expect(try imports("24") == [12, 13, 14])
    try vault.restart()
    vault.drain()
    #expect(try vault.storedVersions(Self.dev, "A") == Array(15...24))
    #expect(try vault.verification().isVerified)
  }

  @Test func `are counted against their caller, and given back`() throws {
    let (vault, admin) = try furnished(secrets: [])
    let large = String(repeating: "x", count: 65_536)
    let names = (1...100).map { "S_\($0)" }
    var connections: [Caller] = []
    // Two of a hundred of the largest fit the part of one caller, and no third.
    for _ in 0..<2 {
      let caller = vault.caller(Fixture.admin)
      connections.append(caller)
      try vault.staged(names.map { ($0, large) }, in: Self.dev, by: caller, dryRun: true)
    }
    #expect(vault.run(admin, try vault.opens(Self.dev, names)).refusal == nil)
    var taken = 0
    while vault.run(admin, try vault.puts(Self.dev, names[taken], large)).refusal == nil {
      taken += 1
    }
    #expect((1..<100).contains(taken))
    #expect(
      vault.run(admin, try vault.puts(Self.dev, names[taken], large)).refusal == .memoryExhausted)
    // Half of what the others leave is left to another one.
    #expect(vault.run(connections[0], try vault.commits(Self.dev)).imported?.count == 100)
    _ = vault.run(connections[1], .connectionEnded)
    for name in names[taken...] {
      #expect(vault.run(admin, try vault.puts(Self.dev, name, large)).refusal == nil)
    }
    #expect(vault.run(admin, try vault.commits(Self.dev)).imported?.count == 100)
    for connection in vault.engine.imports.idle(at: vault.moment) { Issue.record("\(connection)") }
  }

  @Test func `do not move when they become current, however long they are`() throws {
    let (vault, admin) = try furnished(secrets: [])
    let large = String(repeating: "x", count: 65_536)
    let names = (1...100).map { "S_\($0)" }
    func log() throws -> Int { try Fixture.bytes(of: vault.database + "-wal").count }
    try vault.staged(names.map { ($0, large) }, in: Self.dev, by: admin)
    let staged = try log()
    #expect(staged > 100 * large.utf8.count)
    let outcome = vault.engine.commit(
      [Command(caller: admin, action: try vault.commits(Self.dev))], now: vault.now)
    #expect(outcome.replies[0].imported?.count == 100)
    // The rows of a hundred secrets, their records, the environment and the head.
    #expect(try log() - staged < 512 << 10)
    #expect(!vault.engine.hasBacklog)
    // What was in vain goes in slices: no commit overwrites more than a few of them.
    try vault.staged(names.map { ($0, "y" + large.dropFirst()) }, in: Self.dev, by: admin)
    _ = vault.engine.commit([Command(caller: admin, action: .connectionEnded)], now: vault.now)
    var slices = 0
    while vault.engine.hasBacklog {
      let before = try log()
      _ = vault.engine.commit([], now: vault.now)
      #expect(try log() - before < 1 << 20)
      slices += 1
    }
    #expect(slices > 20)
    #expect(try names.allSatisfy { try vault.storedVersions(Self.dev, $0) == [1] })
  }
}
