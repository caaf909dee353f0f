import NIOCore
import VaultCore
import VaultEngine
import VaultProtocol

/// What becomes of the engine's answers.
extension Session {
  /// The engine's answer to the first call.
  func answer(_ reply: CommandReply) {
    guard let entry = conversation.first else { return }
    if case .refused(.accountNeeded(let uids)) = reply {
      lookUp(uids)
      return
    }
    switch (entry.work, reply) {
    case (.wait, _) where isStopping:
      finish(with: hub.encode(error: .serverStopping, id: entry.id))
      return
    case (.wait(let id, let revision), .request(let answer))
    where answer.request.state == .waiting
      && answer.request.revision == revision ?? answer.request.revision:
      // A wait may last for days: it keeps nothing of its lane's memory until there is an answer.
      conversation.releaseFirst()
      settleCharges()
      if !hub.park(self, on: id) { requestChanged() }
      return
    case (.resolve(let named), .done):
      resolve(named)
      return
    case (.subscribe(let after), .status(let status)):
      finish(with: subscribe(after: after, newest: status.auditSequence, id: entry.id))
      return
    case (.command(.holdGrant), .request): becomeLifeline()
    case (.auditList(let call), .done):
      hub.readAudit(call, for: self)
      return
    case (.auditVerify, .done):
      hub.verifyAudit(for: self)
      return
    default: break
    }
    finish(with: hub.encode(reply, id: entry.id, for: settledCaller))
  }

  /// The request that the first call waits on has moved.
  func requestChanged() {
    guard case .wait(let id, _) = conversation.first?.work else { return }
    submit(Command(caller: settledCaller, action: .observeRequest(id)))
  }

  /// Answers the first call and goes on.
  func finish(with answer: ByteBuffer) {
    // One large answer narrows how many may be on their way; many small ones widen it again.
    replyBytes = max(answer.readableBytes, replyBytes - replyBytes / 16)
    write(answer)
    finishFirst()
    advance()
  }

  func finishFirst() {
    conversation.finishFirst()
    while let ready = conversation.readyAnswer {
      write(ready)
      conversation.finishFirst()
    }
  }

  func write(_ answer: ByteBuffer) {
    lastActivity = .now()
    channel?.write(answer, promise: nil)
    hub.needsFlush(self)
  }

  func flush() {
    channel?.flush()
    settleCharges()
  }
}
