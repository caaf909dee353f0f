import VaultCore
import VaultCrypto
import VaultStore

/// Makes the copy of the database and seals it, page by page, beside the commit; for one thread of its own.
public final class BackupMaker {
  /// What a backup is, before its first byte.
  public struct Opened: Sendable {
    /// The vault's id, 16 bytes.
    public let vault: [UInt8]
    /// The bytes of the file.
    public let size: Int64
    /// The moment, in milliseconds since the epoch.
    public let time: Int64
    /// The last audit record in it.
    public let sequence: Int64
    /// Whether a recovery key opens it.
    public let hasRecoveryKey: Bool
  }

  /// Some bytes of the file.
  public struct Page: Sendable {
    /// The bytes.
    public let bytes: [UInt8]
    /// The offset behind them; nil where they are the last.
    public let next: Int64?
    /// The whole file, with its last bytes.
    public let finished: FinishedBackup?
    /// SHA-256 of the whole file, with its last bytes.
    public var digest: [UInt8]? { finished?.digest.bytes }
  }

  /// A file under way.
  private struct File: ~Copyable {
    var sealer: BackupSealer
    var digest: DigestStream
    let header: BackupHeader
    let connection: UInt64
    /// Sealed, and not handed out yet.
    var rest: [UInt8]
    /// The bytes of the database that are sealed, and those of the file that are handed out.
    var sealed: Int64 = 0
    var sent: Int64 = 0
    var isSealed = false
  }

  private let copy: DatabaseCopy
  private let vault: VaultID
  private let random: RandomSource
  private var file: File?

  init(_ copy: DatabaseCopy, of vault: VaultID, random: RandomSource) {
    self.copy = copy
    self.vault = vault
    self.random = random
  }

  /// Makes the copy, in place of an earlier one.
  /// - Throws: ``Refusal``.
  public func open(_ warrant: BackupWarrant) throws -> Opened {
    file = nil
    guard let key = warrant.take() else { throw Refusal.backupEnded }
    let copied: CopiedVault?
    do throws(StoreFault) { copied = try copy.make(warrant.permit) } catch {
      if case .noRoom(let needed, let free) = error {
        throw Refusal.backupRoom(needed: needed, free: free)
      }
      throw Refusal.storageUnavailable(StorageTrouble(error))
    }
    guard let copied else { throw Refusal.backupEnded }
    let header = try BackupHeader(copied, time: warrant.time)
    guard header.vault == vault else { throw Refusal.storageUnavailable(.gone) }
    let sealer = try BackupSealer(header: header.canonicalBytes, under: key, random: random)
    let start = sealer.start.bytes
    let total = Int64(start.count) + BackupLayout.chunkedBytes(of: header.size)
    file = File(
      sealer: sealer, digest: try DigestStream(), header: header,
      connection: warrant.connection, rest: start)
    return Opened(
      vault: vault.bytes, size: total, time: header.time, sequence: header.sequence,
      hasRecoveryKey: header.hasRecoveryKey)
  }

  /// The bytes at an offset, which must be those that were not handed out yet.
  /// - Throws: ``Refusal``.
  public func page(
    at offset: Int64, for connection: UInt64, atMost count: Int
  ) throws -> Page {
    guard file?.sent == offset, file?.connection == connection else { throw Refusal.backupEnded }
    while file?.isSealed == false, (file?.rest.count ?? 0) < count { try sealNext() }
    guard var file = self.file.take() else { throw Refusal.backupEnded }
    let bytes = Array(file.rest.prefix(count))
    file.rest.removeFirst(bytes.count)
    file.sent += Int64(bytes.count)
    try file.digest.update(bytes)
    guard file.isSealed, file.rest.isEmpty else {
      let next = file.sent
      self.file = consume file
      return Page(bytes: bytes, next: next, finished: nil)
    }
    _ = copy.drop()
    let finished = FinishedBackup(
      size: file.sent, digest: try file.digest.finish(), through: file.header.sequence)
    return Page(bytes: bytes, next: nil, finished: finished)
  }

  private func sealNext() throws {
    guard var file = self.file.take() else { return }
    let left = file.header.size - file.sealed
    let count = Int(min(left, Int64(BackupLayout.chunkBytes)))
    let payload: [UInt8]?
    do throws(StoreFault) { payload = try copy.read(at: file.sealed, count: count) } catch {
      throw Refusal.storageUnavailable(StorageTrouble(error))
    }
    guard let payload, payload.count == count else { throw Refusal.backupEnded }
    file.isSealed = Int64(count) == left
    file.sealed += Int64(count)
    file.rest += try file.sealer.seal(payload, isLast: file.isSealed)
    self.file = consume file
  }
}
