import SecretMemory
import Testing

@testable import VaultCrypto

private func place(_ version: Int64, environment: Int64 = 5) throws -> RecordContext {
  try RecordContext(vault: vault(1), environment: environment, name: "TOKEN", version: version)
}

private func room() throws -> SecretReservation {
  try SecretReservation(capacity: 64)
}

@Suite struct `An opener with cached keys` {
  @Test func `opens the same the first time and after it`() throws {
    var opener = try RecordOpener()
    let key = try environmentKey(1)
    let record = try Envelope.seal(secret("value"), in: place(1), under: key, random: .system)
    for _ in 0..<3 {
      let value = try opener.open(record, in: place(1), under: key, into: room())
      #expect(value.bytes == Array("value".utf8))
      #expect(opener.cachedKeyCount == 1)
    }
  }

  @Test func `refuses a changed or moved record although it has the key`() throws {
    var opener = try RecordOpener()
    let key = try environmentKey(1)
    let record = try Envelope.seal(secret("value"), in: place(1), under: key, random: .system)
    _ = try opener.open(record, in: place(1), under: key, into: room())
    for bit in 0..<record.count * 8 {
      var changed = record
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      let refused = opener.refuses(changed, in: try place(1), under: key)
      #expect(refused, "bit \(bit)")
    }
    let moved = opener.refuses(record, in: try place(2), under: key)
    #expect(moved)
    let elsewhere = opener.refuses(record, in: try place(1, environment: 6), under: key)
    #expect(elsewhere)
    let later = opener.refuses(
      record, in: try place(1), under: try environmentKey(1, generation: 2))
    #expect(later)
    #expect(opener.cachedKeyCount == 1)
  }

  @Test func `keeps no key of what did not open`() throws {
    var opener = try RecordOpener()
    let key = try environmentKey(1)
    let record = try Envelope.seal(secret("value"), in: place(1), under: key, random: .system)
    let refused = opener.refuses(record, in: try place(2), under: key)
    #expect(refused)
    #expect(opener.cachedKeyCount == 0)
  }

  @Test func `keeps no more keys than it may, and those in use rather than others`() throws {
    var opener = try RecordOpener(cachedKeys: 8)
    let key = try environmentKey(1)
    let favourite = try Envelope.seal(secret("value"), in: place(0), under: key, random: .system)
    for version in 1...40 as ClosedRange<Int64> {
      _ = try opener.open(favourite, in: place(0), under: key, into: room())
      let record = try Envelope.seal(
        secret("\(version)"), in: place(version), under: key, random: .system)
      let value = try opener.open(record, in: place(version), under: key, into: room())
      #expect(value.bytes == Array("\(version)".utf8))
      #expect(opener.cachedKeyCount <= 8)
    }
    #expect(opener.cachedKeyCount == 8)
    // A key that is cached opens under whatever key is given with it; so the favourite is cached.
    let other = try environmentKey(2)
    let value = try opener.open(favourite, in: place(0), under: other, into: room())
    #expect(value.bytes == Array("value".utf8))
  }

  @Test func `forgets a record, an environment, or all`() throws {
    var opener = try RecordOpener()
    let key = try environmentKey(1)
    var records: [[UInt8]] = []
    for environment in [5, 5, 6, 7] as [Int64] {
      let place = try place(1, environment: environment)
      records.append(try Envelope.seal(secret("value"), in: place, under: key, random: .system))
      _ = try opener.open(records[records.count - 1], in: place, under: key, into: room())
    }
    #expect(opener.cachedKeyCount == 4)
    opener.forget(records[2])
    #expect(opener.cachedKeyCount == 3)
    opener.forget(environment: 5)
    #expect(opener.cachedKeyCount == 1)
    let other = try environmentKey(2)
    let refused = opener.refuses(records[0], in: try place(1), under: other)
    #expect(refused)
    opener.forget([1, 2, 3])
  }
}

extension RecordOpener {
  fileprivate mutating func refuses(
    _ record: [UInt8], in context: RecordContext, under key: borrowing EnvironmentKey
  ) -> Bool {
    do {
      _ = try open(record, in: context, under: key, into: SecretReservation(capacity: 64))
      return false
    } catch CryptoFault.doesNotOpen {
      return true
    } catch {
      return false
    }
  }
}
