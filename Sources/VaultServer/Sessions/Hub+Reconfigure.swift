import VaultEngine
import VaultProtocol

extension Hub {
  /// Applies what can change while the daemon runs, at one place in the order of commands: what comes
  /// before it is decided and answered by what was in force before.
  ///
  /// - Parameter done: is told why it could not be applied, on the event loop; nothing has changed then.
  func reconfigure(
    _ engine: EngineConfiguration, _ limits: Limits, done: @escaping (WireError?) -> Void
  ) {
    // The queue may be closed by now, and nothing would ever be answered.
    if isStopping {
      done(.serverStopping)
      return
    }
    submitOwn(.reconfigure(engine)) { reply in
      if case .refused(let refusal) = reply {
        done(WireError(refusal))
        return
      }
      self.adopt(limits, valueBytes: engine.valueBytes)
      // Whoever has an account or a group changed need not wait until what was kept is too old.
      self.accounts.forget()
      for session in self.sessions.values { session.forgetAccount() }
      done(nil)
    }
  }
}
