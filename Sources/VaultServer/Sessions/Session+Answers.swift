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
    if case .asks(let wish) = reply {
      lookUp(wish)
      return
    }
    switch (entry.work, reply) {
    case (.wait, _) where isStopping, (_, .queued) where isStopping:
      finish(with: hub.encode(error: .serverStopping, id: entry.id))
      return
    case (.wait(let id, let revision, _), .request(let answer))
    where answer.request.state == .waiting
      // Whoever may know no more than the state is told of no other change.
      && (answer.sight == .number || answer.request.revision == revision ?? answer.request.revision):
      park(on: id)
      return
    case (.command(.activate(let id, _, _, waits: true)), .queued):
      park(on: id)
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

  /// A wait may last for days: it keeps nothing of its lane's memory until there is an answer.
  private func park(on request: Int64) {
    conversation.releaseFirst()
    settleCharges()
    if !hub.park(self, on: request) { requestChanged() }
  }

  /// The request that the first call waits on has moved, or its turn has come: it is decided again, and
  /// what it needs of the account database is asked for again.
  func requestChanged() {
    guard let work = conversation.first?.work, work.parkedOn != nil, let action = work.action
    else { return }
    forgetOldAccount()
    submit(Command(caller: settledCaller, action: action))
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
    guard let channel else { return }
    untaken += answer.readableBytes
    channel.write(answer, promise: nil)
    if isUnflushed { return }
    isUnflushed = true
    hub.needsFlush(self)
  }

  func flush() {
    channel?.flush()
    isUnflushed = false
    settleCharges()
  }
}
