import NIOCore
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
    guard let command = conversation.first?.command else { return }
    var asking = command.caller
    if let own = answers[caller.uid] {
      asking = asking.with(account: own)
      note(own, asked: hub.accounts.asked(of: caller.uid))
    }
    submit(
      Command(
        caller: asking, action: command.action, accounts: command.accounts,
        isDoubtSettled: command.isDoubtSettled))
  }

  private func lookedUpAfresh(_ answers: [UInt32: FreshAnswer]) {
    guard let command = conversation.first?.command else { return }
    if let own = answers[caller.uid] { note(own.answer, asked: own.asked) }
    submit(
      Command(
        caller: command.caller, action: command.action,
        accounts: command.accounts.merging(answers) { $1 }, isDoubtSettled: command.isDoubtSettled))
  }

  private func settleDoubt(_ answer: AccountAnswer) {
    guard let command = conversation.first?.command else { return }
    note(answer, asked: hub.accounts.asked(of: caller.uid))
    submit(
      Command(
        caller: command.caller.with(account: answer), action: command.action,
        accounts: command.accounts, isDoubtSettled: true))
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

  func resolve(_ named: NamedPrincipals) {
    hub.accounts.resolve(named.names) { [hub, id] result in
      hub.eventLoop.execute { hub.sessions[id]?.resolved(named, result) }
    }
  }

  private func resolved(_ named: NamedPrincipals, _ result: AccountDatabase.Resolution) {
    let action: Action
    do throws(Refusal) {
      do throws(Refusal) {
        action = try named.action(try result.get())
      } catch .principalUnknown(let name) {
        guard named.mayBeUnknown else { throw Refusal.principalUnknown(name) }
        action = try named.action([])
      }
    } catch {
      answer(.refused(error))
      return
    }
    submit(Command(caller: settledCaller, action: action))
  }
}
