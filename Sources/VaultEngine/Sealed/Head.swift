import VaultCore
import VaultCrypto

/// What the one sealed row at the top of everything says.
///
/// Invariant: written in every commit that changes anything, so that the audit chain, the set of live
/// rows and the numbers that are never used again stand or fall together.
struct Head: Equatable, Canonical {
  /// The last record of the audit chain; 0 before the first.
  var sequence: Int64 = 0
  /// The chain's hash after that record, 32 bytes.
  var hash = Digest32.zero
  /// A keyed tag over the set of live deciding rows, 32 bytes: a row that was deleted, added or set
  /// back to an older sealed state no longer adds up.
  var setTag = Digest32.zero
  /// Which wall time the vault goes by.
  var clock: ClockState
  /// The next environment's number.
  var nextEnvironment: Int64 = 1
  /// The next request's number.
  var nextRequest: Int64 = 1
  /// What was decided about requests whose rows do not say so yet.
  var endings: [Ending] = []
  /// Which keys count.
  var keys = KeyState.first
  /// When the last backup was made, in milliseconds since the epoch.
  var lastBackup: Int64?
  /// Set since the vault was restored.
  var restored: Restored?

  init(clock: ClockState) { self.clock = clock }

  func encode(into encoder: inout CanonicalEncoder) {
    encoder.byte(format)
    encoder.integer(sequence)
    encoder.bytes(hash.bytes)
    encoder.bytes(setTag.bytes)
    clock.encode(into: &encoder)
    encoder.integer(nextEnvironment)
    encoder.integer(nextRequest)
    encoder.list(endings) { $1.encode(into: &$0) }
    if format >= 2 { keys.encode(into: &encoder) }
    if format >= 3 {
      encoder.optional(lastBackup) { $0.integer($1) }
      encoder.optional(restored) { $1.encode(into: &$0) }
    }
  }

  /// The earliest format that says all of it.
  private var format: UInt8 {
    if lastBackup != nil || restored != nil { return 3 }
    return keys == .first ? 1 : 2
  }

  init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    let format = try decoder.byte()
    guard (1...3).contains(format) else { throw DecodingFault() }
    sequence = try decoder.integer()
    hash = try decoder.digest()
    setTag = try decoder.digest()
    clock = try ClockState(from: &decoder)
    nextEnvironment = try decoder.integer()
    nextRequest = try decoder.integer()
    endings = try decoder.list { decoder throws(DecodingFault) in try Ending(from: &decoder) }
    if format >= 2 { keys = try KeyState(from: &decoder) }
    if format >= 3 {
      lastBackup = try decoder.optional { decoder throws(DecodingFault) in try decoder.integer() }
      restored = try decoder.optional { decoder throws(DecodingFault) in
        try Restored(from: &decoder)
      }
    }
    guard self.format == format else { throw DecodingFault() }
  }
}

extension CanonicalDecoder {
  /// Reads the 32 bytes of a hash.
  mutating func digest() throws(DecodingFault) -> Digest32 {
    guard let digest = Digest32(try bytes()) else { throw DecodingFault() }
    return digest
  }
}
