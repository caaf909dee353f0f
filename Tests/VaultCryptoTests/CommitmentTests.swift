import Promises
import SecretMemory
import Testing

@testable import VaultCrypto

/// A record that AES-GCM alone would accept: another commitment in its header, and a tag that was
/// made over it with the record's true encryption key. Whoever can find two keys for one ciphertext
/// has the like.
private func forged(
  from record: [UInt8], in context: RecordContext, under key: borrowing EnvironmentKey
) throws -> [UInt8] {
  var forged = record
  forged[EnvelopeLayout.commitment.lowerBound] ^= 1
  let plaintext = Array("value".utf8)
  let body = EnvelopeLayout.headerCount..<EnvelopeLayout.headerCount + plaintext.count
  let keys = try DerivedKeysBox(key, salt: Array(record[EnvelopeLayout.salt]))
  let nonce = Array(record[EnvelopeLayout.nonce])
  var cipher = try GCMContext()
  try forged.withUnsafeMutableBytes { forged in
    func part(_ range: Range<Int>) -> UnsafeMutableRawBufferPointer {
      UnsafeMutableRawBufferPointer(rebasing: forged[range])
    }
    try plaintext.withUnsafeBytes { plaintext in
      try nonce.withUnsafeBytes { nonce in
        try keys.keys.encryption.withUnsafeBytes { key in
          try cipher.seal(
            plaintext, key: key, nonce: nonce,
            authenticating: (
              UnsafeRawBufferPointer(part(0..<EnvelopeLayout.headerCount)), context.authenticated
            ),
            into: part(body), tag: part(body.upperBound..<forged.count))
        }
      }
    }
  }
  return forged
}

private final class DerivedKeysBox {
  let keys: DerivedKeys

  init(_ key: borrowing EnvironmentKey, salt: [UInt8]) throws {
    let held = try SecretKey(copying: salt.span.bytes)
    let keys = try held.withUnsafeBytes { try DerivedKeys(from: key.key, salt: $0, for: .secret) }
    self.keys = keys
  }
}

@Suite struct `The commitment of an envelope` {
  private func place() throws -> RecordContext {
    try RecordContext(vault: vault(1), environment: 5, name: "TOKEN", version: 1)
  }

  @Test(.promise(.committedToOneKey))
  func `refuses what AES-GCM alone would open, with a cached key and without`() throws {
    let key = try environmentKey(1)
    let record = try Envelope.seal(secret("value"), in: place(), under: key, random: .system)
    let forged = try forged(from: record, in: place(), under: key)

    // The forgery is good but for its commitment: its tag is valid under the record's key.
    let keys = try DerivedKeysBox(key, salt: Array(record[EnvelopeLayout.salt]))
    let authenticated = try place().authenticated
    var cipher = try GCMContext()
    var plaintext = [UInt8](repeating: 0, count: 5)
    try plaintext.withUnsafeMutableBytes { plaintext in
      try forged.withUnsafeBytes { bytes in
        let envelope = try #require(EnvelopeView(bytes))
        try keys.keys.encryption.withUnsafeBytes { key in
          try cipher.open(
            envelope.ciphertext, tag: envelope.tag, key: key, nonce: envelope.nonce,
            authenticating: (envelope.header, authenticated), into: plaintext)
        }
      }
    }
    #expect(plaintext == Array("value".utf8))

    var opener = try RecordOpener()
    for cached in [0, 1] {
      #expect(opener.cachedKeyCount == cached)
      #expect(throws: CryptoFault.doesNotOpen) {
        _ = try opener.open(
          forged, in: place(), under: key, into: SecretReservation(capacity: 5))
      }
      let value = try opener.open(
        record, in: place(), under: key, into: SecretReservation(capacity: 5))
      #expect(value.bytes == Array("value".utf8))
    }
  }
}
