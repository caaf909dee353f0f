import Glibc
import SecretMemory
import VaultCore
import VaultCrypto

/// A backup file, of which nothing is proven yet; for one thread.
public final class BackupSource {
  private let descriptor: Int32
  private let start: BackupStart
  let header: BackupHeader

  /// The moment that it says it is of, in milliseconds since the epoch.
  public var time: Int64 { header.time }

  /// Opens a file and reads what stands in the clear.
  public init(_ path: String) throws(EngineFault) {
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadableBackup(path, errno: errno) }
    do {
      let fixed = try Self.read(BackupLayout.fixedCount, from: descriptor)
      let count = try BackupStart.headerCount(of: fixed)
      let start = try BackupStart(fixed + Self.read(count, from: descriptor))
      header = try BackupHeader(canonical: start.header)
      self.start = start
    } catch {
      close(descriptor)
      throw .noBackup
    }
  }

  deinit { close(descriptor) }

  /// The backup key, by one of these.
  /// - Throws: what to do where none of them opens it.
  func key(_ root: SecretBuffer?, _ recovery: SecretBuffer?) throws -> BackupKey {
    if let root,
      let key = try VaultKeys.backupKey(in: header.keys, of: header.vault, root: RootKey(root))
    {
      return key
    }
    guard let recovery else {
      throw root == nil ? EngineFault.backupWithoutKey : EngineFault.foreignBackup
    }
    let key = try VaultKeys.backupKey(
      in: header.keys, of: header.vault, recovery: RecoveryKey(recovery))
    guard let key else { throw EngineFault.otherRecoveryKey }
    return key
  }

  /// Writes the database to a new file, 0600, chunk by chunk as each proves to be the next one.
  func unpack(to path: String, by key: borrowing BackupKey) throws {
    let target = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard target >= 0 else { throw EngineFault.unwritable(path, errno: errno) }
    defer { close(target) }
    do {
      var chunks = try BackupOpener(start, under: key)
      var left = header.size
      var chunk = try Self.read(BackupLayout.chunkBytes + BackupLayout.overhead, from: descriptor)
      while true {
        let next = try Self.read(
          BackupLayout.chunkBytes + BackupLayout.overhead, from: descriptor)
        let payload = try chunks.open(chunk, isLast: next.isEmpty)
        try Self.write(payload, to: target, path)
        left -= Int64(payload.count)
        if next.isEmpty { break }
        chunk = next
      }
      guard left == 0 else { throw CryptoFault.doesNotOpen }
    } catch CryptoFault.doesNotOpen { throw EngineFault.damagedBackup }
    guard fsync(target) == 0 else { throw EngineFault.unwritable(path, errno: errno) }
  }

  /// So many bytes, fewer at the end.
  private static func read(_ count: Int, from descriptor: Int32) throws -> [UInt8] {
    var code: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        // Safety: within the room that the array lends for this call.
        let got = unsafe Glibc.read(
          descriptor, buffer.baseAddress.map { unsafe $0 + filled }, count - filled)
        if got < 0 && errno == EINTR { continue }
        if got < 0 { code = errno }
        if got <= 0 { return }
        filled += got
      }
    }
    guard code == 0 else { throw EngineFault.unreadableBackup("", errno: code) }
    return bytes
  }

  private static func write(_ bytes: [UInt8], to target: Int32, _ path: String) throws {
    var from = 0
    while from < bytes.count {
      // Safety: the array lends its bytes for the call.
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(target, $0.baseAddress.map { unsafe $0 + from }, $0.count - from)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw EngineFault.unwritable(path, errno: count < 0 ? errno : ENOSPC) }
      from += count
    }
  }
}
