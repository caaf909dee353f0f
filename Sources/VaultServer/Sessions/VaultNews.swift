import NIOCore
import VaultCore
import VaultEngine
import VaultProtocol

/// What the log is told of the vault: signatures of the audit head, and trouble with the
/// disk or the clock, once a change.
struct VaultNews {
  private let logger: DaemonLog
  private var signatures = SignatureLog()
  /// What was wrong with the disk at the last batch.
  private var trouble: StorageTrouble?
  /// What was in doubt of the clock at the last batch.
  private var doubt: ClockDoubt?

  init(_ logger: DaemonLog) { self.logger = logger }

  /// Takes what came with a batch.
  mutating func take(_ delivery: CommitThread.Delivery) {
    if let signature = delivery.signature { signatures.signed(signature) }
    if delivery.trouble != trouble { log(delivery.trouble, delivery.fault) }
    log(delivery.clock)
  }

  /// Has the next signature in the log, however soon after the last one.
  mutating func logNextSignature() { signatures.isDue = true }

  mutating func logSignature(isStopping: Bool) {
    guard let signature = signatures.next(now: .now(), isStopping: isStopping) else { return }
    logger.info(
      "audit head signed",
      metadata: [
        .sequence: "\(signature.sequence)", .hash: "sha256:\(Hexadecimal.text(signature.hash))",
        .signature: "\(Hexadecimal.text(signature.signature))",
        .signed: Timestamp.text(milliseconds: signature.time),
      ])
  }

  /// Once a change: a disk that is full answers thousands of calls.
  private mutating func log(_ trouble: StorageTrouble?, _ fault: String?) {
    self.trouble = trouble
    guard let trouble else {
      logger.notice("the vault's disk works again")
      return
    }
    logger.critical(
      "the vault's disk has a fault",
      metadata: [.trouble: "\(trouble.rawValue)", .fault: "\(fault ?? trouble.sentence)"])
  }

  /// Once a change: the times in it go on.
  private mutating func log(_ next: ClockDoubt?) {
    defer { doubt = next }
    guard let next else {
      if doubt != nil { logger.notice("the vault uses the host's clock again") }
      return
    }
    guard next.isNews(after: doubt) else { return }
    logger.warning(next.sentence, metadata: [.reason: Warnings.Reason(next).rawValue])
  }
}
