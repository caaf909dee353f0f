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

  /// Takes in what is known of the caller's account already, which saves a turn of the engine. Nobody
  /// behind a job socket has an account here.
  func recallAccount() {
    guard caller.subject.uid != nil, caller.account == nil,
      let known = hub.accounts.known(caller.uid),
      known != .unavailable
    else { return }
    caller = caller.with(account: known)
    noteAge()
  }

  /// What the account database said is as old as the question.
  private func noteAge() {
    resolvedAt = .now() - .milliseconds(hub.accounts.age(of: caller.uid))
  }

  private func lookedUp(_ answers: [UInt32: AccountAnswer]) {
    guard let command = conversation.first?.command else { return }
    var asking = command.caller
    if let own = answers[caller.uid] {
      asking = asking.with(account: own)
      // No answer holds for this call alone; the next one asks again.
      if own != .unavailable {
        caller = caller.with(account: own)
        noteAge()
      }
    }
    submit(
      Command(
        caller: asking, action: command.action,
        accounts: command.accounts.merging(answers) { $1 }))
  }

  /// What the account database said is too old.
  func forgetAccount() {
    guard caller.account != nil else { return }
    caller = caller.with(account: nil)
    resolvedAt = nil
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
