import Testing
import VaultCore
@testable import VaultEngine

/// Whole lives of a vault: hundreds of batches of whatever people and jobs may try, each from a seed.
@Suite struct LifeTests {
  @Test(arguments: UInt64(1)...6)
  func `in no life a value leaves without its approvals, its grant, its time and its record`(
    seed: UInt64
  ) throws {
    var life = try Life(seed: seed)
    try life.run(batches: 450)
    try life.compareWithRecord()
    // A life in which nothing happens shows nothing; grants that nobody reads end soon, so one may be missing.
    let kinds = [
      "read under a grant", "activate", "close", "hold", "edit", "rollback", "disabled", "refused",
      "restart",
    ]
    let missing = kinds.filter { life.tally[$0, default: 0] == 0 }
    #expect(missing.count <= 1, "seed \(seed): no \(missing)")
    #expect(life.tally["read under a grant", default: 0] > 20, "seed \(seed)")
  }

  @Test(arguments: [1, 2, 5], [UInt64(21), 22])
  func `in no life a value leaves, though what was decided is written a row at a time`(
    slice: Int, seed: UInt64
  ) throws {
    var life = try Life(seed: seed, slice: slice)
    try life.run(batches: 200)
    while life.vault.engine.hasBacklog {
      _ = life.vault.engine.commit([], now: life.vault.now)
    }
    try life.compareWithRecord()
    try life.vault.restart()
    #expect(!life.vault.engine.hasBacklog, "seed \(seed)")
  }

  @Test func `a life replayed from its seed ends in the same head`() throws {
    func end(_ seed: UInt64) throws -> (Head, [String: Int]) {
      var life = try Life(seed: seed)
      try life.run(batches: 120)
      return (life.vault.engine.trail.head, life.tally)
    }
    let first = try end(77)
    let second = try end(77)
    #expect(first.0 == second.0)
    #expect(first.1 == second.1)
    #expect(try end(78).0 != first.0)
  }
}
