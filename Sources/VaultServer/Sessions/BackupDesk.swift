import Glibc
import VaultCore
import VaultEngine
import VaultProtocol

/// Makes and reads the copy of the database that a backup is, on a thread and a connection of its own, so that it holds
/// neither the commit nor the event loop.
///
/// Sendable: the queue is guarded; the maker is used on the desk's thread alone.
final class BackupDesk: Sendable {
  private let jobs = JobQueue<BackupMaker>()

  /// A backup yields the processor to callers that read secrets.
  private static let niceness: Int32 = 10

  /// Starts the desk; `open` runs on its thread, once.
  init(open: @escaping @Sendable () throws -> BackupMaker) throws(ThreadFault) {
    let jobs = jobs
    try PlainThread.start {
      // Linux changes the one thread that asks (setpriority(2)).
      _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
      jobs.serve(open)
    }
  }

  /// Makes a copy.
  func open(
    _ warrant: BackupWarrant,
    _ done: @escaping @Sendable (Result<BackupOpenedView, WireError>) -> Void
  ) {
    jobs.ask(
      { maker in
        let opened = try maker.open(warrant)
        return BackupOpenedView(
          vault: opened.vault, size: opened.size, time: opened.time, audit: opened.sequence,
          recoveryKey: opened.hasRecoveryKey)
      }, done)
  }

  /// Reads the next page of it.
  func read(
    at offset: Int64, for connection: UInt64, atMost count: Int,
    _ done: @escaping @Sendable (Result<BackupMaker.Page, WireError>) -> Void
  ) {
    jobs.ask({ try $0.page(at: offset, for: connection, atMost: count) }, done)
  }

  /// Ends the desk's thread.
  func stop() { jobs.close() }
}
