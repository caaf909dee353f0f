import Glibc
import VaultCore
import VaultEngine
import VaultProtocol

/// Reads the audit records on a thread and a connection of its own, so that no reading, however long,
/// holds the commit.
///
/// Sendable: the queue is guarded; the reader is opened and used on the desk's thread alone.
final class AuditDesk: Sendable {
  private let jobs = JobQueue<AuditReader>()
  private let own = OwnRound()

  /// Starts the desk; `open` runs on its thread, once.
  init(open: @escaping @Sendable () throws -> AuditReader) throws(ThreadFault) {
    let jobs = jobs
    try PlainThread.start {
      jobs.serve(open)
    }
  }

  /// One page of records.
  func list(
    _ call: AuditList,
    _ done: @escaping @Sendable (Result<ListView<AuditRecordView>, WireError>) -> Void
  ) {
    jobs.ask(
      { reader in
        let page = try reader.list(
          after: call.after ?? 0, through: call.through ?? .max, filter: call.filter,
          limit: call.limit)
        return ListView(
          items: page.records.map {
            AuditRecordView(
              record: $0.record, hash: $0.hash, canonical: call.isCanonical ? $0.canonical : nil)
          },
          next: page.next)
      }, done)
  }

  /// What moved requests behind a record; nil where the records cannot be read.
  func moves(
    after: Int64, limit: Int, _ done: @escaping @Sendable (AuditReader.Stretch?) -> Void
  ) {
    jobs.submit { reader in done(try? reader?.moves(after: after, limit: limit)) }
  }

  /// Walks the whole chain.
  func verify(_ done: @escaping @Sendable (Result<AuditVerificationView, WireError>) -> Void) {
    jobs.ask({ AuditVerificationView(try $0.verify()) }, done)
  }

  /// Goes on with the daemon's own walk over the chain, by one piece.
  /// - Parameter done: takes what was found at its end; nil before that, or where the records cannot be read.
  func goOn(_ done: @escaping @Sendable (AuditVerificationView?) -> Void) {
    let own = own
    jobs.submit { reader in
      guard let reader else { return done(nil) }
      do {
        var round = try own.round ?? reader.beginVerifying()
        let found = try reader.goOn(&round, most: Self.piece)
        own.round = found == nil ? round : nil
        done(found.map { AuditVerificationView($0) })
      } catch {
        own.round = nil
        done(nil)
      }
    }
  }

  /// The commits whose records are walked over in one piece: some milliseconds, for which others wait.
  private static let piece = 5_000

  /// The key that verifies signatures of the chain's head, and the newest of them.
  func key(_ done: @escaping @Sendable (Result<AuditKeyView, WireError>) -> Void) {
    jobs.ask(
      { reader in
        let (vault, publicKey) = reader.key
        return AuditKeyView(vault: vault, publicKey: publicKey, signature: try reader.signature())
      }, done)
  }

  /// Ends the desk's thread.
  func stop() { jobs.close() }
}

/// How far the daemon's own walk has come.
///
/// Sendable: touched on the desk's thread alone.
private final class OwnRound: @unchecked Sendable {
  var round: AuditReader.Round?
}

extension AuditVerificationView {
  fileprivate init(_ found: AuditReader.Verification) {
    self.init(
      verified: found.isVerified, records: found.records, head: found.head,
      signedThrough: found.signedThrough, fault: found.fault, firstBad: found.firstBad)
  }
}
