import VaultProtocol

/// Reads the configuration again when somebody asks for it, and applies what can change while the daemon
/// runs.
///
/// Invariants:
/// - a configuration is applied whole or not at all: with a fault in the file, or without a record of the change,
///   the last good one stays in force;
/// - sockets that were replaced are bound whatever the file says, since each is where it was at the start.
///
/// On a thread of its own, since the account database may hang, and a stop must not wait for it. A reading
/// that hangs is broken off, so that the next one can be asked for.
final class Reloader: Sendable {
  private let path: String
  private let started: Configuration
  private let reader: ConfigurationReader
  private let daemon: RunningDaemon
  private let manager: ServiceManager
  private let logger: DaemonLog
  private let jobs = JobQueue<Void>()

  /// - Parameter started: what the daemon was started with; the keys that hold until a restart have
  ///   their values from there.
  init(
    path: String, started: Configuration, reader: ConfigurationReader = ConfigurationReader(),
    daemon: RunningDaemon, manager: ServiceManager, logger: DaemonLog
  ) throws(ThreadFault) {
    self.path = path
    self.started = started
    self.reader = reader
    self.daemon = daemon
    self.manager = manager
    self.logger = logger
    let jobs = jobs
    try PlainThread.start { jobs.serve {} }
  }

  /// Asks for it; each asking is followed by a reading that begins after it.
  func ask() { jobs.submit { _ in self.reload() } }

  /// Ends the thread.
  func stop() { jobs.close() }

  private func reload() {
    manager.tell(
      .reloading(at: ServiceManager.monotonicTime()), .status("reading the configuration"))
    daemon.bindAnew()
    let outcome = self.outcome()
    daemon.status.note(outcome)
    manager.tell(.ready, .status(daemon.status.text))
  }

  /// Milliseconds that the account database has for all principals of a configuration.
  private static let patience = 10_000

  private func boundedReading() throws(ConfigurationFault) -> Configuration {
    let reading = AccountInquiry.bounded(milliseconds: Self.patience) {
      Result { () throws(ConfigurationFault) in try reader.read(path) }
    }
    return try reading.get()
  }

  /// What became of it, for a person.
  private func outcome() -> String {
    let read: Configuration
    do throws(ConfigurationFault) { read = try boundedReading() } catch {
      logger.error(
        "the configuration was not reloaded; the daemon keeps the previous one",
        metadata: [.fault: "\(error)"])
      return "serving with the previous configuration; the file has an error: \(error)"
    }
    if let why = daemon.reconfigure(read) {
      logger.error(
        "the configuration was not reloaded; the daemon keeps the previous one",
        metadata: [.reason: "\(why.reason)", .fault: "\(why.message)"])
      return "serving with the previous configuration; the vault refused the new one: \(why.reason)"
    }
    for key in started.fixedKeys(changedIn: read) {
      logger.warning("needs a restart", metadata: [.setting: "\(key)"])
    }
    daemon.logNextSignature()
    logger.notice("configuration reloaded", metadata: [.path: "\(path)"])
    return "serving; the configuration was reloaded"
  }
}
