import NIOCore
import VaultEngine
import VaultProtocol

/// What the audit desk reads for a session, and the way of it back to a connection that may be gone by
/// then.
extension Hub {
  func readAudit(_ call: AuditList, for session: Session) {
    auditDesk.list(call, answering(session))
  }

  func readAuditKey(for session: Session) { auditDesk.key(answering(session)) }

  /// What a verification finds is told to other admins too, until another one finds all well.
  func verifyAudit(for session: Session) {
    let (warnings, logger) = (status.warnings, logger)
    let done: @Sendable (Result<AuditVerificationView, WireError>) -> Void = answering(session)
    auditDesk.verify { result in
      if case .success(let found) = result { warnings.note(found, logger) }
      done(result)
    }
  }

  /// Walks over the chain soon after a start and each day, one piece a second: a chain that somebody has broken is
  /// told though nobody asks.
  func checkChain() {
    chainCheck -= 1
    guard chainCheck <= 0, !isCheckingChain else { return }
    isCheckingChain = true
    let (warnings, logger) = (status.warnings, logger)
    let again = limits.timing.chainCheck.again
    auditDesk.goOn { found in
      if let found { warnings.note(found, logger) }
      self.eventLoop.execute {
        self.isCheckingChain = false
        if found != nil { self.chainCheck = again }
      }
    }
  }

  /// Takes what the desk has found back to the first call of a session that may be gone by then.
  func answering<View: WireView & Sendable>(
    _ session: Session
  ) -> @Sendable (Result<View, WireError>) -> Void {
    let connection = session.id
    return { result in
      self.eventLoop.execute {
        guard let session = self.sessions[connection], let id = session.conversation.first?.id
        else { return }
        switch result {
        case .success(let view): session.finish(with: self.encode(view, id: id))
        case .failure(let error): session.finish(with: self.encode(error: error, id: id))
        }
      }
    }
  }

  /// What the record says of requests, for a subscription.
  func readMoves(after: Int64, limit: Int, for session: Session) {
    let connection = session.id
    auditDesk.moves(after: after, limit: limit) { stretch in
      self.eventLoop.execute { self.sessions[connection]?.subscription?.read(stretch) }
    }
  }
}

extension Warnings {
  /// Keeps what a verification of the audit chain has found, and has it in the log.
  func note(_ found: AuditVerificationView, _ logger: DaemonLog) {
    if found.verified { return clear(.auditBroken, "") }
    let first = found.firstBad.map { "; the first bad record is \($0)" } ?? ""
    let text =
      "the audit chain does not verify: \(found.fault ?? "it was edited")\(first); compare it with the signed "
      + "heads in the journal and a backup"
    set(.auditBroken, "", text)
    logger.critical(text, metadata: [.reason: Reason.auditBroken.rawValue])
  }
}
