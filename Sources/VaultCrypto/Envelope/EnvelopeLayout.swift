internal import SecretMemory

/// What an envelope holds, and thereby which derivation and which context it has.
enum EnvelopeKind: UInt8 {
  case secret = 1
  case environmentKey = 2
  case auditSigningKey = 3
  case stateKey = 4
  case backupKey = 5

  /// Parts the derivation of a record's keys from that of a wrap's.
  var purpose: String { self == .secret ? "record" : "wrap" }
}

/// Where the parts of an envelope are. The header is everything before the ciphertext.
///
///     version 1 | generation 4 | salt 32 | commitment 32 | nonce 12 | ciphertext | tag 16
enum EnvelopeLayout {
  static let version: UInt8 = 1
  /// AES-256-GCM with HKDF-SHA-256 and a commitment of 32 bytes; the only suite of version 1.
  static let suite = "0001"
  static let generation = 1..<5
  static let salt = 5..<37
  static let commitment = 37..<69
  static let nonce = 69..<81
  static let headerCount = 81
  static let overhead = headerCount + GCMContext.tagCount
}

/// An envelope's parts. Only its form was looked at: nothing here is to be trusted before it opens.
///
/// Safety: borrows the record's bytes and is valid as long as they are lent.
@unsafe
struct EnvelopeView {
  let header: UnsafeRawBufferPointer
  let ciphertext: UnsafeRawBufferPointer
  let tag: UnsafeRawBufferPointer

  /// Nil when the bytes cannot be an envelope of this version.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= EnvelopeLayout.overhead,
      bytes.count - EnvelopeLayout.overhead <= SecretArena.largestBlock,
      unsafe bytes[0] == EnvelopeLayout.version
    else { return nil }
    let end = bytes.count - GCMContext.tagCount
    unsafe header = UnsafeRawBufferPointer(rebasing: bytes[..<EnvelopeLayout.headerCount])
    unsafe ciphertext = UnsafeRawBufferPointer(
      rebasing: bytes[EnvelopeLayout.headerCount..<end])
    unsafe tag = UnsafeRawBufferPointer(rebasing: bytes[end...])
  }

  var generation: UInt32 {
    unsafe UInt32(bigEndian: header.loadUnaligned(fromByteOffset: 1, as: UInt32.self))
  }
  var salt: Digest32 { unsafe Digest32(loading: part(EnvelopeLayout.salt)) }
  var commitment: Digest32 { unsafe Digest32(loading: part(EnvelopeLayout.commitment)) }
  var nonce: UnsafeRawBufferPointer { unsafe part(EnvelopeLayout.nonce) }

  private func part(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(rebasing: header[range])
  }
}
