import NIOCore
import VaultCalls
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
    if case .backupOpened(let warrant) = reply { return hub.makeBackup(warrant, for: self) }
    guard case .call(let call, let traits) = entry.work else { return }
    if traits.way != .decided, !entry.isAuthorized {
      return goOn(with: call, traits.way, reply, entry.id)
    }
    if case .requestWait(let wait) = call {
      if isStopping { return finish(with: hub.encode(error: .serverStopping, id: entry.id)) }
      if case .request(let answer) = reply, isNoNews(answer, for: wait) {
        return park(on: wait.request)
      }
    }
    if case .queued = reply, let request = call.parksOn {
      if isStopping { return finish(with: hub.encode(error: .serverStopping, id: entry.id)) }
      return park(on: request)
    }
    if case .grantHold = call, case .request = reply { becomeLifeline() }
    finish(with: hub.encode(reply, id: entry.id, for: settledCaller))
  }

  /// What follows the first trip of a call, where the engine let it.
  private func goOn(
    with call: Call, _ way: Traits.Way, _ reply: CommandReply, _ id: MessageID?
  ) {
    switch (way, reply, call) {
    case (.followed, .status(let status), .eventsSubscribe(let call)):
      finish(with: subscribe(after: call.after, newest: status.auditSequence, id: id))
    case (.recorded, .done, .auditList(let call)): hub.readAudit(call, for: self)
    case (.recorded, .done, .auditVerify): hub.verifyAudit(for: self)
    case (.recorded, .done, .auditKey): hub.readAuditKey(for: self)
    case (.copied, .done, .backupRead(let call)): hub.readBackup(call, for: self)
    case (.named, .done, _):
      conversation.updateFirst { $0.isAuthorized = true }
      resolve(call)
    // A refusal; and what no way leads to is a fault of ours.
    case (.decided, _, _), (.named, _, _), (.recorded, _, _), (.copied, _, _),
      (.followed, _, _):
      finish(with: hub.encode(reply, id: id, for: settledCaller))
    }
  }

  /// Whether a wait goes on: the request waits as it did when the caller looked last. Whoever may know no more than
  /// the state is told of no other change.
  private func isNoNews(_ answer: RequestAnswer, for wait: RequestWait) -> Bool {
    answer.request.state == .waiting
      && (answer.sight == .number
        || answer.request.revision == wait.revision ?? answer.request.revision)
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
    guard let entry = conversation.first, entry.call?.parksOn != nil else { return }
    forgetOldAccount()
    if let command = entry.command(by: settledCaller) { submit(command) }
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
    // Before the flush, which may take the next line and write its answer, or find the peer gone.
    isUnflushed = false
    channel?.flush()
    if channel != nil { settleCharges() }
  }
}
