import VaultCore
import VaultCrypto
import VaultStore

/// What stands in the clear in front of a backup: which vault it is of, how large, and how to get its key.
///
/// Nothing of it is proven until the chunks behind it have opened, which are bound to it.
struct BackupHeader: Equatable, Canonical {
  var vault: VaultID
  /// The moment that it is of, in milliseconds since the epoch.
  var time: Int64
  /// The last audit record, and the chain's hash after it.
  var sequence: Int64
  var hash: Digest32
  /// The bytes of the database.
  var size: Int64
  /// The backup key, wrapped under the root key and, where there is one, the recovery key.
  var keys: [WrapRow]

  init(_ copied: CopiedVault, time: Int64) throws {
    guard let vault = VaultID(copied.meta.vault),
      let head = try? Head(canonical: copied.head.content)
    else { throw Tampering("the copy of the database holds another thing than a vault") }
    self.vault = vault
    self.time = time
    (sequence, hash) = (head.sequence, head.hash)
    size = copied.size
    keys = copied.backupKeys
  }

  func encode(into encoder: inout CanonicalEncoder) {
    encoder.byte(1)
    encoder.bytes(vault.bytes)
    encoder.integer(time)
    encoder.integer(sequence)
    encoder.bytes(hash.bytes)
    encoder.integer(size)
    encoder.list(keys) { encoder, row in
      for number in row.place.numbers { encoder.integer(number) }
      encoder.bytes(row.record)
    }
  }

  init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    guard try decoder.byte() == 1, let vault = VaultID(try decoder.bytes()) else {
      throw DecodingFault()
    }
    self.vault = vault
    time = try decoder.integer()
    sequence = try decoder.integer()
    hash = try decoder.digest()
    size = try decoder.integer()
    guard size >= 0 else { throw DecodingFault() }
    keys = try decoder.list { decoder throws(DecodingFault) in
      let place = WrapPlace(
        kind: try decoder.integer(), id: try decoder.integer(), generation: try decoder.integer(),
        under: try decoder.integer(), underGeneration: try decoder.integer())
      return WrapRow(place, record: try decoder.bytes())
    }
  }

  /// Whether a recovery key opens it.
  var hasRecoveryKey: Bool {
    keys.contains { if case .recovery? = $0.place.wrapper { true } else { false } }
  }
}

extension WrapPlace {
  fileprivate var numbers: [Int64] { [kind, id, generation, under, underGeneration] }
}
