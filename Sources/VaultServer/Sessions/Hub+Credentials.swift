import NIOCore
import VaultCalls
import VaultCore
import VaultEngine
import VaultProtocol

/// What the service manager asks for, as a call among the others: with the unit's own part of the daemon.
extension Hub {
  /// Asks the vault for a unit's credential; on the event loop.
  ///
  /// - Parameter answered: is called once.
  func loadCredential(
    _ credential: UnitCredential, _ source: CredentialSource?, process: Int32?,
    answered: @escaping @Sendable (CredentialProvider.Answer) -> Void
  ) {
    if isStopping { return answered(.failure(.serverStopping)) }
    let caller = Caller(unit: credential.unit, connection: newConnection(), process: process)
    let lane = Lane.subject(caller.subject)
    let command = Command(caller: caller, action: .loadCredential(credential, source))
    if let pause = take(command.traits, lineBytes: 0, lane) {
      let error = WireError.rate(retryAfter: pause.milliseconds)
      noteRefusal(caller, Action.credentialLoad, error)
      return answered(.failure(error))
    }
    submitOwn(command, lane) { reply in
      switch reply {
      case .secret(let release): answered(.success(release))
      case .refused(let refusal): answered(.failure(WireError(refusal)))
      default: answered(.failure(.internalFault))
      }
    }
  }

  /// Somebody asked for a credential who is not the service manager, for the record.
  func noteCredentialRefused(_ uid: UInt32, _ refusal: CredentialRefusal) {
    noteRefusal(
      Caller(
        uid: uid, kernelGroups: [], isOverflow: false, connection: newConnection(), account: nil),
      Action.credentialLoad, .peerRefused(refusal.sentence))
  }
}
