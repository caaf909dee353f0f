/// Encrypts the payload of one backup file, chunk by chunk. The article *Backup* has the format.
///
/// One owner, one thread at a time.
public struct BackupSealer: ~Copyable, Sendable {
  /// What the file begins with.
  public let start: BackupStart
  private var chunks: BackupChunks

  /// Makes the key of a new file.
  /// - Parameters:
  ///   - header: what stands in the clear, at most ``BackupLayout/mostHeaderBytes``.
  ///   - key: the backup key of the vault.
  ///   - random: gives the salt.
  /// - Throws: `CryptoFault.library`, `SecretMemoryError`, or what the source throws.
  public init(header: [UInt8], under key: borrowing BackupKey, random: RandomSource) throws {
    let salt = try unsafe Digest32 { try unsafe random.fill($0) }
    let keys = try key.fileKeys(salt: salt)
    var bytes = BackupLayout.magic + [BackupLayout.format] + salt.bytes + keys.commitment.bytes
    bytes += stride(from: 24, through: 0, by: -8).map {
      UInt8(truncatingIfNeeded: header.count >> $0)
    }
    let start = try BackupStart(bytes + header)
    let chunks = try BackupChunks(key: keys.encryption, vault: key.vault, start: start.bytes)
    self.start = start
    self.chunks = chunks
  }

  /// The next chunk: ``BackupLayout/overhead`` longer than its payload.
  /// - Parameters:
  ///   - payload: ``BackupLayout/chunkBytes``, of the last chunk at most so many.
  ///   - isLast: whether the payload ends here.
  /// - Throws: `CryptoFault.library`.
  public mutating func seal(_ payload: [UInt8], isLast: Bool) throws -> [UInt8] {
    try chunks.seal(payload, isLast: isLast)
  }
}

/// Decrypts the payload of one backup file, chunk by chunk, and refuses every chunk that is not the next one.
///
/// One owner, one thread at a time.
public struct BackupOpener: ~Copyable, Sendable {
  private var chunks: BackupChunks

  /// Makes the key of a file.
  /// - Throws: `CryptoFault.doesNotOpen` where the file was made under another key.
  public init(_ start: BackupStart, under key: borrowing BackupKey) throws {
    guard let salt = Digest32(Array(start.bytes[BackupLayout.salt])),
      let commitment = Digest32(Array(start.bytes[BackupLayout.commitment]))
    else { throw CryptoFault.malformedBackup }
    let keys = try key.fileKeys(salt: salt)
    guard keys.commitment.constantTimeEquals(commitment) else { throw CryptoFault.doesNotOpen }
    chunks = try BackupChunks(key: keys.encryption, vault: key.vault, start: start.bytes)
  }

  /// The payload of the next chunk.
  /// - Parameter isLast: whether the file ends behind it.
  /// - Throws: `CryptoFault.doesNotOpen` where the file was cut, changed, or put together from pieces.
  public mutating func open(_ chunk: [UInt8], isLast: Bool) throws -> [UInt8] {
    try chunks.open(chunk, isLast: isLast)
  }
}
