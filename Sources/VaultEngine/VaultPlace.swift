import VaultCrypto
import VaultStore

/// Where an open vault is: what other threads need to read beside the commit, and nothing secret.
public struct VaultPlace: Sendable {
  let vault: VaultID
  let auditKey: PublicKey
  let location: StoreLocation
  let copy: DatabaseCopy

  /// A reader of the audit records, on a connection of its own; for one thread.
  /// - Throws: ``EngineFault`` where the database does not open.
  public func auditReader() throws(EngineFault) -> AuditReader {
    do {
      return try AuditReader(
        reader: StoreReader(location), vault: vault, publicKey: auditKey)
    } catch { throw EngineFault(error) }
  }

  /// What makes backups; for one thread.
  public func backupMaker() -> BackupMaker { BackupMaker(copy, of: vault, random: .system) }

  /// What copies the log into the database, on a connection of its own; for one thread.
  /// - Throws: ``EngineFault`` where the database does not open.
  public func logKeeper() throws(EngineFault) -> LogKeeper {
    do {
      return LogKeeper(try Checkpointer(location), LogProbe(path: location.path + "-wal"))
    } catch { throw EngineFault(error) }
  }
}

/// Keeps the write-ahead log short, so that no commit has to.
///
/// Short, but not empty: a commit that begins the log anew pays a second sync, which a job that comes
/// alone would wait for each time.
public final class LogKeeper {
  private let checkpointer: Checkpointer
  private let probe: LogProbe

  /// Pages of 4 KiB in the log after which it is copied: reading searches it first.
  private static let frames = 1_000

  init(_ checkpointer: Checkpointer, _ probe: LogProbe) {
    self.checkpointer = checkpointer
    self.probe = probe
  }

  /// Which round of the log has become so long that it should be copied; nil while it is short.
  public func longRound() -> UInt64? { probe.round(ofAtLeast: Self.frames) }

  /// Copies what it can at this moment, beside commits and readers, and says whether that was all.
  public func copy() -> Bool { (try? checkpointer.run())?.isComplete ?? false }

  /// Ends the connection.
  public func close() { checkpointer.close() }
}
