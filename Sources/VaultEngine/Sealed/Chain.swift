import VaultCrypto

/// The audit chain's hasher, by reference, so that the values that use it can be put back.
final class Chain {
  private var hasher: ChainHasher

  init(_ vault: VaultID) throws { hasher = try ChainHasher(vault: vault) }

  /// The chain's hash after a record.
  func next(_ sequence: Int64, after previous: Digest32, _ record: [UInt8]) throws -> Digest32 {
    try hasher.link(sequence: UInt64(sequence), after: previous, record: record)
  }
}
