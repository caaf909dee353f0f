public import SecretMemory
public import VaultCore
import VaultCrypto
import VaultStore

/// A backup that was unpacked into a folder of its own and proven there; nothing outside of that folder is touched.
public final class UnpackedBackup {
  /// What is in it.
  public let proof: BackupProof
  private let directory: String
  private let key: BackupKey

  /// Unpacks a backup and verifies everything in it.
  /// - Parameters:
  ///   - source: the file.
  ///   - directory: an empty folder of ours, 0700.
  ///   - root: the root key, where there is one.
  ///   - recovery: the recovery key, where there is one.
  ///   - now: what the clocks say.
  public init(
    _ source: BackupSource, into directory: String, root: SecretBuffer?, recovery: SecretBuffer?,
    now: ClockReading
  ) throws(EngineFault) {
    do {
      try checkLibraryVersion()
      let key = try source.key(root, recovery)
      try source.unpack(to: Store.database(in: directory), by: key)
      // Whoever proves a backup with the recovery key alone needs some root key, and nobody keeps it.
      let opening = try root ?? Self.passingRootKey()
      proof = try Self.open(directory, by: opening, key, now) { try $0.prove(source.header) }
      self.directory = directory
      self.key = key
    } catch { throw Self.fault(error) }
  }

  /// Has the vault go on from here under a root key of this host, where the one that it was made of is lost.
  /// - Parameters:
  ///   - rootKey: the root key's 32 bytes.
  ///   - uid: who asks for it.
  ///   - now: what the clocks say.
  public func restore(
    under rootKey: SecretBuffer, by uid: UInt32, now: ClockReading
  ) throws(EngineFault) {
    do {
      try Self.open(directory, by: rootKey, key, now) {
        try $0.restore(asOf: proof.time, by: uid, now: now)
      }
    } catch { throw Self.fault(error) }
  }

  /// Opens it again.
  func open<Result>(
    by rootKey: SecretBuffer, _ now: ClockReading, _ body: (VaultEngine) throws -> Result
  ) throws -> Result { try Self.open(directory, by: rootKey, key, now, body) }

  private static func passingRootKey() throws -> SecretBuffer {
    let count = 32
    return try unsafe SecretBuffer(capacity: count) { bytes in
      try unsafe RandomSource.system.fill(UnsafeMutableRawBufferPointer(rebasing: bytes[..<count]))
      return count
    }
  }

  /// Opens the unpacked vault by a root key, which becomes its own.
  static func open<Result>(
    _ directory: String, by rootKey: SecretBuffer, _ key: borrowing BackupKey, _ now: ClockReading,
    admins: [Principal] = [], _ body: (VaultEngine) throws -> Result
  ) throws -> Result {
    let store = try Store(directory: directory)
    defer { store.close() }
    try VaultKeys.adopt(RootKey(rootKey), in: store, by: key, random: .system, at: now.wall)
    var tampering: String?
    let engine = try VaultEngine(
      store: store, rootKey: RootKey(rootKey),
      configuration: EngineConfiguration(standing: Standing(admins: admins, auditors: [])),
      random: .system, now: now
    ) { tampering = tampering ?? $0 }
    if let tampering { throw Tampering(tampering) }
    return try body(engine)
  }

  private static func fault(_ error: any Error) -> EngineFault {
    switch error {
    case let tampering as Tampering: .unsoundBackup("\(tampering)")
    case StoreFault.corrupt, StoreFault.notADatabase, StoreFault.foreignDatabase:
      .unsoundBackup("it holds no vault")
    case CryptoFault.malformedKey:
      EngineFault(
        .configuration, "the recovery key is not one: it begins with egk1_ and has 54 characters")
    default: EngineFault(error)
    }
  }
}
