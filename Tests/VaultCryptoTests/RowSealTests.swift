import SecretMemory
import Testing

@testable import VaultCrypto

private func sealer(root: UInt8 = 1, vault seed: UInt8 = 1) throws -> RowSealer {
  try RowSealer(rootKey(root).stateKey(for: vault(seed)))
}

private struct Row: Hashable {
  var table = "environment"
  var key: [UInt8] = [1, 2]
  var revision: Int64 = 7
  var content: [UInt8] = [3, 4, 5]
}

@Suite struct `A sealed row` {
  @Test func `is sealed alike each time, and its leaf is another value`() throws {
    var sealer = try sealer()
    let row = Row()
    let sealed = try sealer.seal(row)
    #expect(sealed.seal != sealed.leaf)
    var again = try VaultCryptoTests.sealer()
    #expect(try again.seal(row) == sealed)
  }

  @Test func `has another seal with anything else in it`() throws {
    var own = try sealer()
    let seal = try own.seal(Row()).seal
    let others = [
      Row(table: "environments"), Row(table: "request"), Row(key: [1, 3]), Row(key: [1]),
      Row(revision: 6), Row(revision: 8), Row(content: []), Row(content: [3, 4, 5, 0]),
      // The same bytes, cut into fields elsewhere.
      Row(key: [1], content: [2, 3, 4, 5]), Row(table: "environment\u{1}", key: [2]),
    ]
    for other in others {
      #expect(try own.seal(other).seal != seal, "\(other)")
    }
    var foreign = [try sealer(root: 2).boxed(), try sealer(vault: 2).boxed()]
    for index in foreign.indices {
      #expect(try foreign[index].sealer.seal(Row()).seal != seal)
    }
    foreign.removeAll()
  }
}

@Suite struct `The sum over a set of rows` {
  private func leaves(_ count: Int) throws -> [Digest32] {
    var sealer = try sealer()
    return try (0..<count).map { try sealer.seal(Row(revision: Int64($0))).leaf }
  }

  @Test func `is the same in any order`() throws {
    let leaves = try leaves(50)
    var forwards = SetAccumulator()
    leaves.forEach { forwards.add($0) }
    var backwards = SetAccumulator()
    leaves.reversed().forEach { backwards.add($0) }
    #expect(forwards == backwards)
    leaves.forEach { backwards.subtract($0) }
    #expect(backwards == SetAccumulator())
  }

  @Test func `notices a row deleted, added twice, replaced, or set back to an older revision`()
    throws
  {
    var sealer = try sealer()
    let leaves = try leaves(4)
    let old = try sealer.seal(Row(revision: 100)).leaf
    let new = try sealer.seal(Row(revision: 101)).leaf
    var sum = SetAccumulator()
    (leaves + [old]).forEach { sum.add($0) }
    sum.subtract(old)
    sum.add(new)
    let tag = try sealer.tag(of: sum, name: "live")

    func total(_ rows: [Digest32]) -> SetAccumulator {
      rows.reduce(into: SetAccumulator()) { $0.add($1) }
    }
    let wrong = [
      total(leaves), total(leaves + [old]), total(leaves + [new, new]),
      total(leaves.dropLast() + [new]), total(leaves.dropLast() + [new, leaves[0]]),
      SetAccumulator(),
    ]
    for set in wrong {
      #expect(try sealer.tag(of: set, name: "live") != tag)
    }
    #expect(try sealer.tag(of: sum, name: "dead") != tag)
  }

  @Test func `carries and borrows through all its words`() throws {
    let ones = try #require(Digest32([UInt8](repeating: 0xff, count: 32)))
    let one = try #require(Digest32([1] + [UInt8](repeating: 0, count: 31)))
    var sum = SetAccumulator()
    sum.add(ones)
    sum.add(one)
    #expect(sum.word0 == 0 && sum.word1 == 0 && sum.word2 == 0 && sum.word3 == 0)
    #expect(sum.count == 2)
    sum.subtract(one)
    #expect(sum.word0 == .max && sum.word1 == .max && sum.word2 == .max && sum.word3 == .max)
  }

  @Test func `shows nothing of its value`() throws {
    var sum = SetAccumulator()
    for leaf in try leaves(3) { sum.add(leaf) }
    var dumped = "\(sum) \(String(reflecting: sum)) "
    dump(sum, to: &dumped)
    #expect(dumped.contains("3 rows"))
    #expect(!dumped.contains("word") && !dumped.contains(String(sum.word0)))
  }
}

@Suite struct `A fingerprint` {
  @Test func `is the same for the same value, and for no other value, root key or vault`() throws {
    var own = try Fingerprinter(rootKey(1).stateKey(for: vault(1)))
    let print = try own.fingerprint(of: secret("value"))
    #expect(try own.fingerprint(of: secret("value")) == print)
    #expect(try own.fingerprint(of: secret("valuf")) != print)
    #expect(try own.fingerprint(of: secret("")) != print)
    var otherRoot = try Fingerprinter(rootKey(2).stateKey(for: vault(1)))
    #expect(try otherRoot.fingerprint(of: secret("value")) != print)
    var otherVault = try Fingerprinter(rootKey(1).stateKey(for: vault(2)))
    #expect(try otherVault.fingerprint(of: secret("value")) != print)
    #expect(try sha256(secret("value")) != print)
  }
}

extension RowSealer {
  fileprivate mutating func seal(_ row: Row) throws -> SealAndLeaf {
    try seal(table: row.table, key: row.key, revision: row.revision, content: row.content)
  }

  fileprivate consuming func boxed() -> SealerBox { SealerBox(self) }
}

/// Lets sealers stand in an array.
private final class SealerBox {
  var sealer: RowSealer

  init(_ sealer: consuming RowSealer) {
    self.sealer = sealer
  }
}
