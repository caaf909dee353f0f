import NIOCore
import VaultCore

/// Which signatures of the audit head go to the log: the first, one an hour where there is news, the first
/// after a reload, and those of a stop.
///
/// A head that was signed waits here until its hour has come, so that the last one is never left out.
struct SignatureLog {
  static let interval = TimeAmount.hours(1)

  /// Whether the next one goes to the log at once.
  var isDue = true
  private var waiting: ChainSignature?
  private var last: NIODeadline?

  mutating func signed(_ signature: ChainSignature) { waiting = signature }

  /// What is to be logged now.
  mutating func next(now: NIODeadline, isStopping: Bool) -> ChainSignature? {
    guard let signature = waiting else { return nil }
    let isOld = last.map { now - $0 >= Self.interval } ?? true
    guard isDue || isOld || isStopping else { return nil }
    isDue = false
    last = now
    waiting = nil
    return signature
  }
}
