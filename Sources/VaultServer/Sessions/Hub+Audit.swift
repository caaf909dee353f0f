import NIOCore
import VaultEngine
import VaultProtocol

/// What the audit desk reads for a session, and the way of it back to a connection that may be gone by
/// then.
extension Hub {
  func readAudit(_ call: AuditList, for session: Session) {
    auditDesk.list(call, answering(session))
  }

  func verifyAudit(for session: Session) { auditDesk.verify(answering(session)) }

  /// Takes what the desk has found back to the first call of a session that may be gone by then.
  private func answering<View: WireView & Sendable>(
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
