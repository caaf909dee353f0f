import Logging

/// A fact that a line of the log may hold: numbers, names and reasons of ours.
enum LogFact: String, CaseIterable {
  case account
  /// The socket that whoever comes through a job socket is known as.
  case identity = "as"
  case connection, connections, count, credential, environment, errno, event, fault, hash, limit,
    locked
  case openFiles = "open_files"
  case path, pid, `protocol`, reason, request, row, sequence, setting, signal, signature, signed
  case socket, trouble, uid, unit, vault, version
}

/// What the daemon tells whoever runs it.
///
/// Invariant (`no-echo`): a fact without a ``LogFact`` of its own does not compile, so none is dropped
/// unseen on its way to the handler.
struct DaemonLog: Sendable {
  private let logger: Logger

  init(_ logger: Logger) { self.logger = logger }

  func critical(_ message: String, metadata: [LogFact: String] = [:]) {
    tell(.critical, message, metadata)
  }

  func error(_ message: String, metadata: [LogFact: String] = [:]) {
    tell(.error, message, metadata)
  }

  func warning(_ message: String, metadata: [LogFact: String] = [:]) {
    tell(.warning, message, metadata)
  }

  func notice(_ message: String, metadata: [LogFact: String] = [:]) {
    tell(.notice, message, metadata)
  }

  func info(_ message: String, metadata: [LogFact: String] = [:]) {
    tell(.info, message, metadata)
  }

  private func tell(_ level: Logger.Level, _ message: String, _ facts: [LogFact: String]) {
    var metadata = Logger.Metadata()
    for (fact, text) in facts { metadata[fact.rawValue] = .string(text) }
    logger.log(level: level, "\(message)", metadata: metadata)
  }
}
