import VaultCrypto
import VaultStore

/// Where an open vault is: what other threads need to read beside the commit, and nothing secret.
public struct VaultPlace: Sendable {
  let vault: VaultID
  let auditKey: PublicKey
  let location: StoreLocation

  /// The write-ahead log, whose length a checkpoint keeps short.
  public var logPath: String { location.path + "-wal" }

  /// A reader of the audit records, on a connection of its own; for one thread.
  /// - Throws: ``EngineFault`` where the database does not open.
  public func auditReader() throws(EngineFault) -> AuditReader {
    do {
      return try AuditReader(
        reader: StoreReader(location), vault: vault, publicKey: auditKey)
    } catch { throw EngineFault(error) }
  }

  /// What copies the log into the database, on a connection of its own; for one thread.
  /// - Throws: ``EngineFault`` where the database does not open.
  public func logKeeper() throws(EngineFault) -> LogKeeper {
    do { return LogKeeper(try Checkpointer(location)) } catch { throw EngineFault(error) }
  }
}

/// Keeps the write-ahead log short, so that no commit has to.
public final class LogKeeper {
  private let checkpointer: Checkpointer

  init(_ checkpointer: Checkpointer) { self.checkpointer = checkpointer }

  /// Copies what it can at this moment, beside commits and readers.
  public func copy() { _ = try? checkpointer.run() }

  /// Ends the connection.
  public func close() { checkpointer.close() }
}
