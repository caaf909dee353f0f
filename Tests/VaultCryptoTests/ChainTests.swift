import Testing

@testable import VaultCrypto

@Suite struct `The audit chain` {
  @Test func `is SHA-256 over tag, vault, number, previous hash, length and record`() throws {
    var hasher = try ChainHasher(vault: vault(1))
    var previous = Digest32.zero
    for (index, record) in [[UInt8]("genesis".utf8), [], Array(0...255)].enumerated() {
      let sequence = UInt64(index + 1)
      var bytes = Array("audit".utf8) + [UInt8](repeating: 1, count: 16)
      bytes += withUnsafeBytes(of: sequence.bigEndian) { Array($0) }
      bytes += previous.bytes
      bytes += withUnsafeBytes(of: UInt64(record.count).bigEndian) { Array($0) }
      bytes += record
      previous = try hasher.link(sequence: sequence, after: previous, record: record)
      #expect(previous == (try sha256(bytes)))
    }
  }

  @Test func `has another head when anything in it differs`() throws {
    var hasher = try ChainHasher(vault: vault(1))
    var other = try ChainHasher(vault: vault(2))
    let head = try hasher.link(sequence: 2, after: .zero, record: [1, 2])
    let heads: Set = [
      head,
      try hasher.link(sequence: 3, after: .zero, record: [1, 2]),
      try hasher.link(sequence: 2, after: head, record: [1, 2]),
      try hasher.link(sequence: 2, after: .zero, record: [1, 3]),
      try hasher.link(sequence: 2, after: .zero, record: [1]),
      try other.link(sequence: 2, after: .zero, record: [1, 2]),
    ]
    #expect(heads.count == 6)
    #expect(try hasher.link(sequence: 2, after: .zero, record: [1, 2]) == head)
  }
}

@Suite struct `A digest` {
  @Test func `of SHA-256 agrees with FIPS 180-4`() throws {
    #expect(
      try sha256(Array("abc".utf8)).hex
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      try sha256([]).hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test func `is written as 64 hexadecimal digits and read from 32 bytes`() throws {
    let digest = try sha256([1])
    #expect(try Digest32(hex(digest.hex)) == digest)
    #expect(Digest32(digest.bytes) == digest)
    #expect("\(digest)" == digest.hex)
    #expect(Digest32([UInt8](repeating: 0, count: 31)) == nil)
  }

  @Test func `is compared in constant time by every bit`() throws {
    let digest = try sha256([1])
    #expect(digest.constantTimeEquals(digest))
    for bit in 0..<256 {
      var bytes = digest.bytes
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      let other = try #require(Digest32(bytes))
      #expect(!digest.constantTimeEquals(other))
      #expect(!same(digest.bytes, bytes))
    }
    #expect(same(digest.bytes, digest.bytes))
    #expect(!same(digest.bytes, []))
  }

  @Test func `a vault id is written and read as 32 hexadecimal digits`() throws {
    let id = try VaultID(random: .system)
    #expect(try VaultID(hex(id.hex)) == id)
    #expect(VaultID(id.bytes) == id)
    #expect(VaultID(id.bytes + [0]) == nil)
    #expect(try VaultID(random: .system) != id)
  }
}

private func same(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  constantTimeEqual(left.span.bytes, right.span.bytes)
}

@Suite struct `A random source` {
  @Test func `with a seed gives the same bytes again, whatever the pieces`() throws {
    let whole = try RandomSource.seeded(1).bytes(64)
    let pieces = RandomSource.seeded(1)
    #expect(try pieces.bytes(10) + pieces.bytes(54) == whole)
    #expect(try RandomSource.seeded(2).bytes(64) != whole)
  }

  @Test func `of the system gives other bytes each time`() throws {
    #expect(try RandomSource.system.bytes(32) != RandomSource.system.bytes(32))
    #expect(try RandomSource.system.bytes(0) == [])
  }

  @Test func `that fails lets nothing be made`() throws {
    struct Dry: Error {}
    let dry = RandomSource { _ in throw Dry() }
    let key = try environmentKey(1)
    let context = try RecordContext(vault: vault(1), environment: 1, name: "A", version: 1)
    #expect(throws: Dry.self) { _ = try VaultID(random: dry) }
    #expect(throws: Dry.self) { _ = try Ticket.generate(random: dry) }
    #expect(throws: Dry.self) {
      _ = try Envelope.seal(secret("value"), in: context, under: key, random: dry)
    }
  }
}
