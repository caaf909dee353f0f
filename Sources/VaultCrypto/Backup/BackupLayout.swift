internal import SecretMemory

/// Where the parts of a backup file are. The article *Backup* says why.
public enum BackupLayout {
  /// The first bytes of every backup.
  static let magic = Array("EGVTBKUP".utf8)
  static let format: UInt8 = 1
  /// Behind the magic and the format.
  static let salt = 9..<41
  static let commitment = 41..<73
  static let headerCount = 73..<77
  /// The bytes in front of the header.
  public static let fixedCount = 77
  /// The longest header.
  public static let mostHeaderBytes = 65_536

  /// The payload of each chunk but the last.
  public static let chunkBytes = 65_536
  /// What a chunk is longer than its payload: the tag.
  public static let overhead = 16

  /// The bytes of all chunks of a payload. There is one at least, which may be empty.
  public static func chunkedBytes(of payload: Int64) -> Int64 {
    payload + Int64(chunks(of: payload)) * Int64(overhead)
  }

  /// The chunks of a payload.
  public static func chunks(of payload: Int64) -> Int {
    max(1, Int((payload + Int64(chunkBytes) - 1) / Int64(chunkBytes)))
  }
}

/// The start of a backup file: what says how to open the rest, and is in the clear.
///
/// Nothing of it is proven until a ``BackupOpener`` has opened the chunks, which are bound to all of it.
public struct BackupStart: Sendable {
  /// All bytes in front of the chunks.
  public let bytes: [UInt8]

  /// What whoever made it put there in the clear.
  public var header: [UInt8] { Array(bytes[BackupLayout.fixedCount...]) }

  /// How many bytes of header follow these first ``BackupLayout/fixedCount``.
  /// - Throws: `CryptoFault.malformedBackup` where they begin no backup that this version knows.
  public static func headerCount(of fixed: [UInt8]) throws(CryptoFault) -> Int {
    guard fixed.count == BackupLayout.fixedCount,
      fixed.prefix(BackupLayout.magic.count) == BackupLayout.magic[...],
      fixed[BackupLayout.magic.count] == BackupLayout.format
    else { throw .malformedBackup }
    let count = fixed[BackupLayout.headerCount].reduce(0) { $0 << 8 | Int($1) }
    guard count <= BackupLayout.mostHeaderBytes else { throw .malformedBackup }
    return count
  }

  /// Takes the start of a file.
  /// - Throws: `CryptoFault.malformedBackup` where it is none, or was cut.
  public init(_ bytes: [UInt8]) throws(CryptoFault) {
    let count = try Self.headerCount(of: Array(bytes.prefix(BackupLayout.fixedCount)))
    guard bytes.count == BackupLayout.fixedCount + count else { throw .malformedBackup }
    self.bytes = bytes
  }
}

extension BackupKey {
  /// The key of one file and what commits to it, from the file's salt.
  borrowing func fileKeys(salt: Digest32) throws -> DerivedKeys {
    try unsafe salt.withUnsafeBytes {
      try unsafe DerivedKeys(from: key, salt: $0, label: "envgate/1/backup")
    }
  }
}

/// The chunks of one file, one after another, under the key of that file.
///
/// A key encrypts one file alone and each number once, so the number is the nonce.
struct BackupChunks: ~Copyable, Sendable {
  private let key: SecretKey
  private let vault: VaultID
  private let start: Digest32
  private var context: GCMContext
  private var number: UInt64 = 0
  private var isEnded = false

  init(key: consuming SecretKey, vault: VaultID, start: [UInt8]) throws {
    let digest = try sha256(start)
    let context = try GCMContext()
    self.key = key
    self.vault = vault
    self.start = digest
    self.context = context
  }

  mutating func seal(_ payload: [UInt8], isLast: Bool) throws -> [UInt8] {
    precondition(
      isLast ? payload.count <= BackupLayout.chunkBytes : payload.count == BackupLayout.chunkBytes,
      "every chunk but the last is full")
    let (nonce, authenticated) = try next(isLast: isLast)
    var chunk = [UInt8](repeating: 0, count: payload.count + BackupLayout.overhead)
    try unsafe chunk.withUnsafeMutableBytes { chunk in
      let ciphertext = unsafe UnsafeMutableRawBufferPointer(rebasing: chunk[..<payload.count])
      let tag = unsafe UnsafeMutableRawBufferPointer(rebasing: chunk[payload.count...])
      try unsafe key.withUnsafeBytes { key in
        try unsafe payload.withUnsafeBytes { payload in
          try unsafe nonce.withUnsafeBytes { nonce in
            try unsafe context.seal(
              payload, key: key, nonce: nonce, authenticating: (Self.nothing, authenticated),
              into: ciphertext, tag: tag)
          }
        }
      }
    }
    return chunk
  }

  mutating func open(_ chunk: [UInt8], isLast: Bool) throws -> [UInt8] {
    let size = chunk.count - BackupLayout.overhead
    guard isLast ? 0...BackupLayout.chunkBytes ~= size : size == BackupLayout.chunkBytes else {
      throw CryptoFault.doesNotOpen
    }
    let (nonce, authenticated) = try next(isLast: isLast)
    var payload = [UInt8](repeating: 0, count: size)
    try unsafe payload.withUnsafeMutableBytes { payload in
      try unsafe key.withUnsafeBytes { key in
        try unsafe chunk.withUnsafeBytes { chunk in
          try unsafe nonce.withUnsafeBytes { nonce in
            try unsafe context.open(
              UnsafeRawBufferPointer(rebasing: chunk[..<size]),
              tag: UnsafeRawBufferPointer(rebasing: chunk[size...]), key: key, nonce: nonce,
              authenticating: (Self.nothing, authenticated), into: payload)
          }
        }
      }
    }
    return payload
  }

  // Safety: a region without bytes, of which nothing is read.
  private static var nothing: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: nil, count: 0)
  }

  /// The nonce of the next chunk, and what its tag covers.
  private mutating func next(isLast: Bool) throws -> (nonce: [UInt8], authenticated: [UInt8]) {
    guard !isEnded else { throw CryptoFault.doesNotOpen }
    defer { number += 1 }
    isEnded = isLast
    var fields = FieldBytes(capacity: 96)
    fields.append("envgate/1/backup/chunk")
    fields.append(vault)
    fields.append(start.bytes)
    fields.append(number)
    fields.append(UInt8(isLast ? 1 : 0))
    let nonce =
      [UInt8](repeating: 0, count: 4)
      + stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
    return (nonce, fields.bytes)
  }
}
