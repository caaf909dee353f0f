import NIOCore
import VaultCalls
import VaultCore
import VaultEngine

/// What a call needs of the account database. Nothing here waits for it: the answer comes back to the
/// event loop, and to a connection that may be gone by then.
extension Session {
  func lookUp(_ uids: [UInt32]) {
    hub.accounts.lookup(uids) { [hub, id] answers in
      hub.eventLoop.execute { hub.sessions[id]?.lookedUp(answers) }
    }
  }

  /// What the engine wishes to know before it decides the first call.
  func lookUp(_ wish: AccountWish) {
    switch wish {
    case .afresh(let uids):
      hub.accounts.lookupAfresh(uids) { [hub, id] answers in
        hub.eventLoop.execute { hub.sessions[id]?.lookedUpAfresh(answers) }
      }
    case .doubted(let uid):
      hub.accounts.lookupDoubted(uid) { [hub, id] answer in
        hub.eventLoop.execute { hub.sessions[id]?.settleDoubt(answer) }
      }
    }
  }

  /// Takes in what is known of the caller's account already, which saves a turn of the engine. Nobody
  /// behind a job socket has an account here.
  func recallAccount() {
    forgetOldAccount()
    guard caller.subject.uid != nil, caller.account == nil,
      let known = hub.accounts.known(caller.uid)
    else { return }
    note(known, asked: hub.accounts.asked(of: caller.uid))
  }

  /// Keeps what was said of the caller, as old as the question. No answer holds for one call alone; the next one
  /// asks again.
  private func note(_ answer: AccountAnswer, asked: Int64) {
    guard answer != .unavailable else { return }
    caller = caller.with(account: answer)
    accountAsked = asked
  }

  private func lookedUp(_ answers: [UInt32: AccountAnswer]) {
    guard var command = conversation.first?.command else { return }
    if let own = answers[caller.uid] {
      command.caller = command.caller.with(account: own)
      note(own, asked: hub.accounts.asked(of: caller.uid))
    }
    submit(command)
  }

  private func lookedUpAfresh(_ answers: [UInt32: FreshAnswer]) {
    guard var command = conversation.first?.command else { return }
    if let own = answers[caller.uid] { note(own.answer, asked: own.asked) }
    command.accounts.merge(answers) { $1 }
    submit(command)
  }

  private func settleDoubt(_ answer: AccountAnswer) {
    guard var command = conversation.first?.command else { return }
    note(answer, asked: hub.accounts.asked(of: caller.uid))
    command.caller = command.caller.with(account: answer)
    command.isDoubtSettled = true
    submit(command)
  }

  /// Forgets what the account database said where that is too old.
  func forgetOldAccount() {
    guard caller.account != nil, let accountAsked, !hub.accounts.isCurrent(asked: accountAsked)
    else { return }
    forgetAccount()
  }

  /// Forgets what the account database said.
  func forgetAccount() {
    guard caller.subject.uid != nil, caller.account != nil else { return }
    caller = caller.with(account: nil)
    accountAsked = nil
  }

  // MARK: Named principals

  func resolve(_ call: Call) {
    hub.accounts.resolve(call.named.names) { [hub, id] result in
      hub.eventLoop.execute { hub.sessions[id]?.resolved(call, result) }
    }
  }

  private func resolved(_ call: Call, _ result: AccountDatabase.Resolution) {
    let principals: [Principal]
    switch result {
    case .success(let found): principals = found
    case .failure(.principalUnknown) where call.named.mayBeUnknown: principals = []
    case .failure(let refusal):
      answer(.refused(refusal))
      return
    }
    submit(Command(caller: settledCaller, action: .call(call, principals: principals)))
  }
}
