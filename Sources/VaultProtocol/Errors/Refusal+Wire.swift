public import VaultCore

extension WireError {
  /// The one table from what the vault decided to what travels.
  public init(_ refusal: Refusal) {
    let (sentence, details) = Self.row(refusal)
    self.init(refusal.reason, sentence, details)
  }

  private static func row(_ refusal: Refusal) -> (String, Details) {
    switch refusal {
    case .accessDenied(let sentence): (sentence, .none)
    case .notAReviewer(let environment):
      (
        "no rule of \(shown(environment)) names you as a reviewer; ask one whom it names",
        .none
      )
    case .environmentUnknown(let name):
      (
        "there is no environment \(shown(name)), or none that you have a role in; check the name",
        .none
      )
    case .environmentLeaving(let name):
      (
        "the environment \(shown(name)) is being deleted; try again in a few seconds", .none
      )
    case .environmentExists(let name):
      (
        "there is an environment \(shown(name)) already; choose another name",
        .none
      )
    case .environmentLimit:
      ("the vault has as many environments as it may have", .none)
    case .environmentInUse(let name, let grants):
      (
        "\(shown(name)) has \(grants) active \(grants == 1 ? "grant" : "grants"); revoke \(grants == 1 ? "it" : "them") first: envgate revoke --all -e \(shown(name))",
        .none
      )
    case .revisionMismatch(let current):
      (
        "the gate is at revision \(current), not the one that was expected; look at it, then try again",
        .current(current)
      )
    case .gateWeaker(let environment, let weakenings):
      (
        "this would weaken \(shown(environment)): \(weakenings.map(\.sentence).joined(separator: "; ")); say --allow-weaken if that is meant",
        .weakens(weakenings.map(\.sentence))
      )
    case .nameInvalid(let what, let fault):
      ("\(what) is refused: \(fault.sentence)", .none)
    case .nameReserved(let environment, let name, let reservation):
      (sentence(reservation, name: shown(name), in: shown(environment)), .none)
    case .namesNew(let environment, let names):
      (
        "\(shown(environment)) is protected, and \(names.map(shown).joined(separator: ", ")) would be new there; an admin makes a new name, with envgate secret create or, for a setting, variable set",
        .names(names)
      )
    case .gateInvalid(let fault): (fault.sentence, .none)
    case .gateOfInvalid(let environment, let fault):
      ("\(shown(environment)): \(fault.sentence); nothing was changed", .none)
    case .principalUnknown(let name):
      (
        "this host knows no \(shown(name)); create the account or group first",
        .none
      )
    case .secretUnknown(let environment, let name):
      ("\(shown(environment)) has no secret \(shown(name)); set it first", .none)
    case .secretsNone(let environment):
      ("\(shown(environment)) has no secrets yet; set one first", .none)
    case .secretEmpty(let environment, let name):
      (
        "the secret \(shown(name)) of \(shown(environment)) has no version yet; an admin or a writer sets it: envgate secret set",
        .none
      )
    case .secretExists(let environment, let name):
      (
        "\(shown(environment)) has a secret \(shown(name)) already; nothing was changed",
        .none
      )
    case .secretLimit:
      ("the environment has as many secrets as it may have", .none)
    case .importEnded(let environment):
      (
        "no import of \(shown(environment)) is open on this connection, or none any more; nothing was imported: begin again",
        .none
      )
    case .importOvertaken(let environment, let names):
      (
        "somebody else has set \(names.map(shown).joined(separator: ", ")) of \(shown(environment)) meanwhile; nothing was imported: begin again",
        .names(names)
      )
    case .importInvalid(let sentence): (sentence, .none)
    case .valuesEmpty(let environment, let names):
      (
        "this would empty \(names.map(shown).joined(separator: ", ")) of \(shown(environment)); nothing was imported: say --allow-empty if that is meant",
        .names(names)
      )
    case .versionUnavailable(let name, let version):
      (
        "version \(version) of \(shown(name)) cannot be read any more; a new request gets the current version, which a writer may have to set first: envgate secret set",
        .none
      )
    case .versionUnknown(let name, let version):
      (
        "there is no version \(version) of \(shown(name)), or none any more; look at its versions",
        .none
      )
    case .versionState(let name, let version, let state):
      (
        "version \(version) of \(shown(name)) is \(state.text)"
          + (state == .disabled ? "; enable it first" : " and nothing brings it back"),
        .state(state.text)
      )
    case .variableUnknown(let environment, let name):
      (
        "\(shown(environment)) has no variable \(shown(name)); see variable list",
        .none
      )
    case .variableLimit:
      ("the environment has as many variables as it may have", .none)
    case .variableInvalid(let sentence): (sentence, .none)
    case .nameTaken(let environment, let name, let by):
      (
        "\(shown(environment)) has a \(by) \(shown(name)), and a job would get both as one; choose another name",
        .none
      )
    case .casMismatch(let current):
      (
        "the current version is \(current), not the one that was expected; look at it, then try again",
        .current(current)
      )
    case .valueTooLarge(let limit):
      ("the value is longer than \(limit) bytes; keep large data elsewhere", .none)
    case .gateRequired(let environment):
      ("\(shown(environment)) is protected: make a request", .none)
    case .gateWaiting(let id, let unmet):
      (
        "request \(id) still waits\(waitsFor(unmet))",
        .unmet(unmet.map { UnmetView($0) })
      )
    case .gateChanged(let id):
      (
        "the gate was edited after request \(id) was made; make a new request", .none
      )
    case .requestUnknown(let id):
      (
        "there is no request \(id), or none that you may see; check the number",
        .none
      )
    case .requestState(let id, let state):
      (
        "request \(id) is \(state), so this cannot be done with it; look at it first",
        .state(state)
      )
    case .ticketRequired(let id):
      (
        "request \(id) belongs to another connection; use that one, or show the request's ticket",
        .none
      )
    case .digestMismatch(let id):
      (
        "the digest is not that of request \(id); look at the request, then answer what it says now",
        .none
      )
    case .selfReview(let id):
      (
        "request \(id) is your own, and its environment wants somebody else to approve",
        .none
      )
    case .alreadyReviewed(let id):
      ("you have approved request \(id) already; a person counts once", .none)
    case .tooManyReviews:
      ("the request has as many reviews as it may have; make a new request", .none)
    case .grantExpired(let id):
      ("the grant of request \(id) has ended; make a new request", .none)
    case .grantBusy(let environment, let turn, let holds):
      (
        "\(shown(environment)) has one grant at a time: \(TurnView(turn).sentence)"
          + (holds.map {
            "; this connection keeps the grant of request \($0) meanwhile, so it is not let wait: close that one first"
          } ?? "; wait for your turn"),
        .turn(TurnView(turn))
      )
    case .grantOutdated(let id, let newer):
      (
        "request \(newer), which is newer, was activated before request \(id), and this environment keeps their order; make a new request",
        .none
      )
    case .grantHeld(let id):
      (
        "the grant of request \(id) is held already, or has nobody to outlive", .none
      )
    case .grantLimit(let limit):
      (
        "a connection holds at most \(limit) grants; close some, or use another one",
        .none
      )
    case .readsExhausted(let id, let name, let limit):
      (
        "the secret \(shown(name)) was read \(limit == 1 ? "once" : "\(limit) times") under request \(id), as often as its gate allows; make a new request",
        .none
      )
    case .contextInvalid(let part, let why): ("\(part) \(why)", .none)
    case .waitingLimit(let environment, let limit):
      (
        "\(limit) requests wait in \(shown(environment)) already; let them be answered first", .none
      )
    case .memoryExhausted:
      ("the memory for secrets is in use; try again in a moment", .none)
    case .storageTampered:
      (
        "what is stored does not verify, so nothing was released; tell an admin to run audit verify",
        .none
      )
    case .storageUnavailable(let trouble):
      ("the vault cannot do this: \(trouble.sentence)", .none)
    case .auditUnavailable(let trouble):
      (
        "no audit record can be made, so nothing was released: \(trouble.sentence)", .none
      )
    case .accountUnavailable:
      (
        "the host's account database does not answer; try again in a moment",
        .none
      )
    case .peerUnknown:
      (
        "the host did not say in time where your process lives; try again in a moment", .none
      )
    case .clockBehind(let doubt): (doubt.sentence, .none)
    case .clockOnTrial(let id, let doubt):
      (
        "request \(id) is over by the host's clock, which shows "
          + "\(Timestamp.text(milliseconds: doubt.shown)), but \(doubt.goesBy): "
          + "set the clock, or try again\(doubt.trial.map { " in \($0.inWords)" } ?? "")", .none
      )
    case .accountNeeded:
      // The server answers this question itself; where it reaches a caller, that is a fault of ours.
      (WireError.internalFault.message, .none)
    }
  }

  private static func sentence(
    _ reservation: ReservedNames.Reservation, name: String, in environment: String
  ) -> String {
    let why =
      reservation.variable == name
      ? "the name \(name) is reserved, since it steers \(reservation.steers)"
      : "the name \(name) is reserved, since \(reservation.variable), which a job may get for it, steers "
        + reservation.steers
    switch reservation.grade {
    case .never: return "\(why); choose another name"
    case .allowable:
      return "\(why); choose another name, which a job maps with exec -s NAME=\(name), "
        + "or let an admin allow it: envgate environment edit \(environment) --allow-name \(name)"
    }
  }

  private static func waitsFor(_ unmet: [Unmet]) -> String {
    let sentences = unmet.map { UnmetView($0).sentence }
    return sentences.isEmpty ? "" : ": " + sentences.joined(separator: "; ")
  }

  /// A name of the vault's grammar as it is, all else in quotes.
  private static func shown(_ text: String) -> String {
    if (try? EnvironmentName(text)) != nil || (try? SecretName(text)) != nil { return text }
    if PrincipalName(text) != nil { return text }
    return ForeignText.quoted(text, limit: 255)
  }
}
