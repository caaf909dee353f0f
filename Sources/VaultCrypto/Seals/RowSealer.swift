internal import SecretMemory

/// What sealing a row gives: one half to store beside the row, one half that is never stored.
public struct SealAndLeaf: Hashable, Sendable {
  /// Stored with the row; shows that the row is as it was written.
  public let seal: Digest32
  /// What the row adds to a `SetAccumulator`. Known only to who has the key; never written down.
  public let leaf: Digest32
}

/// Seals the rows that decide something, so that whoever can write the database can break the vault
/// but not steer it. The article RowSeals says what is covered and why.
///
/// One owner, one thread at a time.
public struct RowSealer: ~Copyable, Sendable {
  // A first field of its own for each kind of message keeps a row from passing as a set.
  private static let row = "row"
  private static let set = "set"

  private var code: HMACContext
  private let vault: VaultID

  /// Makes a sealer from the key for the vault's state.
  /// - Throws: `CryptoFault.library`, `SecretMemoryError`.
  public init(_ state: borrowing StateKey) throws {
    let key = try state.key.expanded("envgate/1/state/rows")
    code = try unsafe key.withUnsafeBytes { try unsafe HMACContext(.sha512, key: $0) }
    vault = state.vault
  }

  /// Seals a row.
  /// - Parameters:
  ///   - table: the table's name.
  ///   - key: the row's primary key, encoded by the caller in one way.
  ///   - revision: raised by each write of the row, so that an older copy of it is told apart.
  ///   - content: every other column, encoded by the caller in one way.
  /// - Throws: `CryptoFault.library`.
  public mutating func seal(
    table: String, key: [UInt8], revision: Int64, content: [UInt8]
  ) throws -> SealAndLeaf {
    var fields = FieldBytes(capacity: 64 + table.utf8.count + key.count)
    fields.append(Self.row)
    fields.append(vault)
    fields.append(table)
    fields.append(key)
    fields.append(revision)
    fields.appendLength(content.count)
    return try halves(of: fields, then: content)
  }

  /// The value under which a set of rows may be stored: it shows whether the set is the same and
  /// gives away none of its leaves.
  /// - Parameters:
  ///   - accumulator: the sum over the set.
  ///   - name: which set it is, so that the tag of one is not valid for another.
  /// - Throws: `CryptoFault.library`.
  public mutating func tag(of accumulator: SetAccumulator, name: String) throws -> Digest32 {
    var fields = FieldBytes(capacity: 96 + name.utf8.count)
    fields.append(Self.set)
    fields.append(vault)
    fields.append(name)
    fields.append(accumulator.count)
    fields.append(accumulator.word0)
    fields.append(accumulator.word1)
    fields.append(accumulator.word2)
    fields.append(accumulator.word3)
    return try halves(of: fields, then: []).seal
  }

  private mutating func halves(
    of fields: FieldBytes, then content: [UInt8]
  ) throws -> SealAndLeaf {
    try unsafe withUnsafeTemporaryAllocation(byteCount: 64, alignment: 8) { output in
      defer { unsafe wipe(output) }
      try unsafe fields.bytes.withUnsafeBytes { fields in
        try unsafe content.withUnsafeBytes { content in
          try unsafe code.authenticate(fields, content, into: output)
        }
      }
      return unsafe SealAndLeaf(
        seal: Digest32(loading: UnsafeRawBufferPointer(output)),
        leaf: Digest32(loading: UnsafeRawBufferPointer(rebasing: output[32...])))
    }
  }
}
