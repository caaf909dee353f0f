import SecretMemory
import Testing

@testable import VaultCrypto

private func context() throws -> RecordContext {
  try RecordContext(vault: vault(1), environment: 5, name: "AZURE_CREDENTIALS", version: 3)
}

/// Expects the one error that all refusals share.
private func expectRefusal(
  _ record: [UInt8], in context: RecordContext, under key: borrowing EnvironmentKey,
  _ what: String = "", at location: SourceLocation = #_sourceLocation
) {
  do {
    let value = try Envelope.open(record, in: context, under: key)
    Issue.record("opened: \(value.count) bytes, \(what)", sourceLocation: location)
  } catch {
    #expect(
      error as? CryptoFault == .doesNotOpen, "\(what)", sourceLocation: location)
  }
}

@Suite struct `An envelope` {
  @Test(arguments: [0, 1, 15, 16, 17, 1_500, 65_536, 1 << 20])
  func `gives back what was sealed`(count: Int) throws {
    let key = try environmentKey(1)
    let value = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let record = try Envelope.seal(
      secret(value), in: context(), under: key, random: .system)
    #expect(record.count == count + Envelope.overhead)
    #expect(Envelope.plaintextCount(of: record) == count)
    #expect(Envelope.generation(of: record) == 1)
    let opened = try Envelope.open(record, in: context(), under: key)
    #expect(opened.bytes == value)
  }

  @Test func `takes no value that is larger than a block of secret memory`() throws {
    let key = try environmentKey(1)
    #expect(throws: SecretMemoryError.tooLarge) {
      _ = try [UInt8](repeating: 0, count: SecretArena.largestBlock + 1).withUnsafeBytes {
        try SealedEnvelope.seal(
          $0, kind: .secret, authenticated: [], key: key.key, generation: 1, random: .system)
      }
    }
  }

  @Test func `is another each time`() throws {
    let key = try environmentKey(1)
    let value = try secret("value")
    let first = try Envelope.seal(value, in: context(), under: key, random: .system)
    let second = try Envelope.seal(value, in: context(), under: key, random: .system)
    for part in [EnvelopeLayout.salt, EnvelopeLayout.commitment, EnvelopeLayout.nonce] {
      #expect(first[part] != second[part])
    }
  }

  @Test func `does not open in another place`() throws {
    let key = try environmentKey(1)
    let place = try context()
    let record = try Envelope.seal(secret("value"), in: place, under: key, random: .system)
    var others = [place, place, place, place, place, place]
    others[0].vault = try vault(2)
    others[1].environment = 6
    others[2].name = "AZURE_CREDENTIAL"
    others[3].name = "azure_credentials"
    others[4].version = 2
    others[5].version = -3
    for other in others {
      expectRefusal(record, in: other, under: key, "\(other)")
    }
    let value = try Envelope.open(record, in: place, under: key)
    #expect(value.bytes == Array("value".utf8))
  }

  @Test func `compares names by bytes, not as text`() throws {
    // One name to Swift's ==, two to the vault: é in one scalar and in two.
    let key = try environmentKey(1)
    var place = try context()
    place.name = "caf\u{e9}"
    let record = try Envelope.seal(secret("value"), in: place, under: key, random: .system)
    place.name = "cafe\u{301}"
    expectRefusal(record, in: place, under: key)
  }

  @Test func `does not open under another key or generation`() throws {
    let record = try Envelope.seal(
      secret("value"), in: context(), under: environmentKey(1), random: .system)
    expectRefusal(record, in: try context(), under: try environmentKey(2))
    // The same bytes of a key, said to be of another generation, and a record changed to match.
    let next = try environmentKey(1, generation: 2)
    expectRefusal(record, in: try context(), under: next)
    var changed = record
    changed[4] = 2
    #expect(Envelope.generation(of: changed) == 2)
    expectRefusal(changed, in: try context(), under: next)
  }

  @Test func `does not open with any bit of it changed`() throws {
    let key = try environmentKey(1)
    let place = try context()
    let record = try Envelope.seal(secret("value"), in: place, under: key, random: .system)
    for bit in 0..<record.count * 8 {
      var changed = record
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      expectRefusal(changed, in: place, under: key, "bit \(bit)")
    }
  }

  @Test func `does not open cut short anywhere, or with anything behind it`() throws {
    let key = try environmentKey(1)
    let place = try context()
    let record = try Envelope.seal(secret("value"), in: place, under: key, random: .system)
    for count in 0..<record.count {
      expectRefusal(Array(record[..<count]), in: place, under: key, "\(count) bytes")
      expectRefusal(Array(record[(record.count - count)...]), in: place, under: key)
    }
    expectRefusal(record + [0], in: place, under: key)
    expectRefusal([0] + record, in: place, under: key)
    expectRefusal(record + record, in: place, under: key)
  }

  @Test func `does not open with a part of another envelope in it`() throws {
    let key = try environmentKey(1)
    let place = try context()
    let one = try Envelope.seal(secret("first"), in: place, under: key, random: .system)
    let two = try Envelope.seal(secret("other"), in: place, under: key, random: .system)
    let tag = (one.count - GCMContext.tagCount)..<one.count
    let body = EnvelopeLayout.headerCount..<tag.lowerBound
    let parts = [
      EnvelopeLayout.salt, EnvelopeLayout.commitment, EnvelopeLayout.nonce, body, tag,
      EnvelopeLayout.salt.lowerBound..<EnvelopeLayout.commitment.upperBound,
      body.lowerBound..<tag.upperBound,
    ]
    for part in parts {
      var mixed = one
      mixed.replaceSubrange(part, with: two[part])
      expectRefusal(mixed, in: place, under: key, "\(part)")
    }
  }

  @Test func `moves to another key and place only within one call`() throws {
    let old = try environmentKey(1)
    let new = try environmentKey(2, generation: 2)
    let from = try context()
    var to = from
    to.version = 4
    let record = try Envelope.seal(secret("value"), in: from, under: old, random: .system)
    let moved = try Envelope.reseal(
      record, from: from, under: old, to: to, under: new, random: .system)
    let value = try Envelope.open(moved, in: to, under: new)
    #expect(value.bytes == Array("value".utf8))
    expectRefusal(moved, in: from, under: new)
    expectRefusal(moved, in: to, under: old)
  }

  @Test func `keeps nothing of a value that did not open`() throws {
    let arena = SecretArena(capacity: 1 << 20)
    let key = try environmentKey(1)
    let place = try context()
    let pattern = Array("a value that is long enough to be found".utf8)
    var record = try Envelope.seal(secret(pattern), in: place, under: key, random: .system)
    record[record.count - 1] ^= 1
    let room = try SecretReservation(capacity: pattern.count, in: arena)
    var opener = try RecordOpener(cachedKeys: 0)
    #expect(throws: CryptoFault.doesNotOpen) {
      _ = try opener.open(record, in: place, under: key, into: room)
    }
    #expect(arena.bytesInUse == 0)
  }

  @Test func `needs room for its value`() throws {
    let key = try environmentKey(1)
    let record = try Envelope.seal(secret("value"), in: context(), under: key, random: .system)
    var opener = try RecordOpener(cachedKeys: 0)
    #expect(throws: CryptoFault.doesNotOpen) {
      _ = try opener.open(
        record, in: context(), under: key, into: SecretReservation(capacity: 4))
    }
  }
}
