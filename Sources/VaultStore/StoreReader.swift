/// A second, read-only connection that looks at one moment of the database while commits go on.
///
/// It holds up no commit and does not move ``Store/dataVersion()``. While a snapshot is open the
/// log cannot begin anew and grows, so a snapshot is held no longer than its work takes.
///
/// Used by one thread, of its own.
public final class StoreReader {
  private let companion: Companion

  /// The connection of the open snapshot; without one, of the store as it is now.
  private var connection: Connection {
    get throws(StoreFault) {
      let held = companion.connection
      return held.isInTransaction ? held : try companion.present()
    }
  }

  /// Opens a connection to a store that is open.
  public init(_ location: StoreLocation) throws(StoreFault) {
    companion = try Companion(to: location, .readOnly) { (connection) throws(StoreFault) in
      try connection.set("query_only", 1)
    }
  }

  /// From here on every answer is of this moment.
  ///
  /// Where the database is gone it lets it go and throws; when the store has opened it anew it follows.
  public func beginSnapshot() throws(StoreFault) {
    let connection = try connection
    try connection.statement(.beginSnapshot).run()
    // BEGIN takes nothing yet: the snapshot is that of the first read.
    do throws(StoreFault) {
      _ = try connection.head()
    } catch {
      endSnapshot()
      throw error
    }
  }

  /// Lets the moment go. Does nothing where there is none.
  public func endSnapshot() {
    guard companion.connection.isInTransaction else { return }
    try? companion.connection.statement(.rollback).run()
  }

  /// Ends the connection. Twice is once.
  public func close() {
    companion.close()
  }

  /// The head; nil before the first commit.
  public func head() throws(StoreFault) -> HeadRow? { try connection.head() }

  /// The newest signature over the audit chain.
  public func signature() throws(StoreFault) -> SignatureRow? { try connection.signature() }

  /// Every audit row in order, from the one that holds `sequence` on, until `body` answers false.
  ///
  /// One statement: without a snapshot of its own it is a snapshot for as long as it runs.
  public func forEachAudit(
    from sequence: Int64 = 1, _ body: (AuditRow) -> Bool
  ) throws(StoreFault) {
    try connection.forEachAudit(from: sequence, body)
  }
}
