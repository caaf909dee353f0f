import VaultCalls
import VaultCore

/// What a unit may load from an environment that asks for approval.
extension VaultEngine {
  /// The secret that the configuration, which is root's, gives to the unit's credential; nobody is asked about another.
  func source(
    of standing: StandingApproval, _ named: [SecretName]?, in environment: Environment
  ) throws -> SecretName {
    let credential = standing.credential
    guard let source = configuration.credentials[credential],
      source.environment == environment.name
    else {
      throw Refusal.contextInvalid(
        "the credential \(credential.id) of \(credential.unit.text)",
        "is not one of \(environment.name.text); root writes it into the configuration, under credentials, and "
          + "reloads envgated")
    }
    if let named, named != [source.secret] {
      throw Refusal.contextInvalid(
        "the credential \(credential.id) of \(credential.unit.text)",
        "is \(source.secret.text), by the configuration; leave the names of secrets out")
    }
    return source.secret
  }

  /// The approval by which a unit may load a secret now; judged by the whole gate, as any read.
  ///
  /// - Throws: why the newest does not do; ``Refusal/standingRequired(environment:unit:credential:)`` where there is none.
  func standing(
    _ credential: UnitCredential, for secret: SecretName, in environment: Environment,
    at now: Moment
  ) throws -> AccessRequest {
    try refuseBackwardClock(now)
    try requireConfirmed(environment)
    var why = Refusal.standingRequired(
      environment: environment.name.text, unit: credential.unit.text, credential: credential.id)
    for id in live.standing(credential) {
      guard let request = try rows.request(id), request.environment == environment.id,
        request.standing?.credential == credential, request.secrets.map(\.name) == [secret]
      else { continue }
      do throws(Refusal) {
        try request.mayBeRead(in: environment, people: configuration.people, at: now)
      } catch {
        why = error
        continue
      }
      return request
    }
    throw why
  }

  /// A secret at the version that is current.
  func currentVersion(of name: SecretName, in environment: Environment) throws -> PinnedSecret {
    guard let secret = try rows.secret(environment.id, name), secret.isLive else {
      throw Refusal.secretUnknown(environment: environment.name.text, name: name.text)
    }
    if secret.life == .empty {
      throw Refusal.secretEmpty(environment: environment.name.text, name: name.text)
    }
    return PinnedSecret(name: name, version: secret.current)
  }

  /// The record that a unit may load from now on, where that has just come to be.
  func recordStanding(_ request: AccessRequest, by caller: (any Initiator)?, at now: Moment) {
    if request.isStanding { recordActivation(request, by: caller, at: now) }
  }
}
