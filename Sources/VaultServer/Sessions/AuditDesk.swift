import Glibc
import VaultCore
import VaultEngine
import VaultProtocol

/// Reads the audit records on a thread and a connection of its own, so that no reading, however long,
/// holds the commit.
///
/// Sendable: the queue is guarded; the reader is opened and used on the desk's thread alone.
final class AuditDesk: Sendable {
  private typealias Job = @Sendable (AuditReader) -> Void

  private let jobs = JobQueue<AuditReader>()

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
    jobs.submit { reader in
      done(
        Self.answer(reader) { reader in
          let page = try reader.list(
            after: call.after ?? 0, environment: call.environment, limit: call.limit)
          return ListView(
            items: page.records.map { AuditRecordView(record: $0.record, hash: $0.hash) },
            next: page.next)
        })
    }
  }

  /// What moved requests behind a record; nil where the records cannot be read.
  func moves(
    after: Int64, limit: Int, _ done: @escaping @Sendable (AuditReader.Stretch?) -> Void
  ) {
    jobs.submit { reader in done(try? reader?.moves(after: after, limit: limit)) }
  }

  /// Walks the whole chain.
  func verify(_ done: @escaping @Sendable (Result<AuditVerificationView, WireError>) -> Void) {
    jobs.submit { reader in
      done(
        Self.answer(reader) { reader in
          let found = try reader.verify()
          return AuditVerificationView(
            verified: found.isVerified, records: found.records, head: found.head,
            signedThrough: found.signedThrough, fault: found.fault, firstBad: found.firstBad)
        })
    }
  }

  /// Ends the desk's thread.
  func stop() { jobs.close() }

  private static func answer<View>(
    _ reader: AuditReader?, _ read: (AuditReader) throws -> View
  ) -> Result<View, WireError> {
    guard let reader else {
      return .failure(WireError(Refusal.storageUnavailable(.failing)))
    }
    do { return .success(try read(reader)) } catch {
      return .failure(WireError(Refusal.storageUnavailable(.failing)))
    }
  }
}
