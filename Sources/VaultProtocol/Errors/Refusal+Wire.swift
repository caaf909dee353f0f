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
        "you are not a reviewer of \(shown(environment)); ask one of its reviewers",
        .none
      )
    case .environmentUnknown(let name):
      (
        "there is no environment \(shown(name)), or you have no role in it; check the name",
        .none
      )
    case .environmentLeaving(let name):
      (
        "the environment \(shown(name)) is being deleted; try again in a few seconds", .none
      )
    case .environmentExists(let name):
      (
        "there is already an environment \(shown(name)); choose another name",
        .none
      )
    case .environmentLimit:
      (
        "the vault has its largest number of environments; delete one that nobody uses", .none
      )
    case .environmentInUse(let name, let grants):
      (
        "\(shown(name)) has \(grants) active \(grants == 1 ? "grant" : "grants"); revoke \(grants == 1 ? "it" : "them") first: envgate revoke --all -e \(shown(name))",
        .none
      )
    case .revisionMismatch(let current):
      (
        "the gate is at revision \(current), not the one that you expected; look at the gate, then try again",
        .current(current)
      )
    case .gateWeaker(let environment, let weakenings):
      (
        "this would weaken \(shown(environment)): \(weakenings.map(\.sentence).joined(separator: "; ")); to do it anyway, add --allow-weaken",
        .weakens(weakenings.map(\.sentence))
      )
    case .nameInvalid(let what, let fault):
      ("\(what) is refused: \(fault.sentence)", .none)
    case .nameReserved(let environment, let name, let reservation):
      (sentence(reservation, name: shown(name), in: shown(environment)), .none)
    case .namesNew(let environment, let names):
      (
        "\(shown(environment)) is protected, so only an admin may create the new \(names.count == 1 ? "name" : "names") \(names.map(shown).joined(separator: ", ")); ask an admin to run envgate secret create or, for a variable, envgate variable set",
        .names(names)
      )
    case .gateInvalid(let fault): (fault.sentence, .none)
    case .gateOfInvalid(let environment, let fault):
      ("\(shown(environment)): \(fault.sentence); nothing was changed", .none)
    case .principalUnknown(let name):
      (
        "this host has no \(shown(name)); create the account or group first",
        .none
      )
    case .secretUnknown(let environment, let name):
      ("\(shown(environment)) has no secret \(shown(name)); set it first", .none)
    case .secretsNone(let environment):
      ("\(shown(environment)) has no secrets yet; set one first", .none)
    case .secretEmpty(let environment, let name):
      (
        "the secret \(shown(name)) of \(shown(environment)) has no version yet; an admin or a writer can set it with envgate secret set",
        .none
      )
    case .secretExists(let environment, let name):
      (
        "\(shown(environment)) has a secret \(shown(name)) already; nothing was changed",
        .none
      )
    case .secretLimit:
      (
        "the environment has its largest number of secret names; deleted names count too", .none
      )
    case .importEnded(let environment):
      (
        "no import of \(shown(environment)) is open on this connection; nothing was imported: start the import again",
        .none
      )
    case .importOvertaken(let environment, let names):
      (
        "another caller has set \(names.map(shown).joined(separator: ", ")) of \(shown(environment)) in the meantime; nothing was imported: start the import again",
        .names(names)
      )
    case .importInvalid(let sentence): (sentence, .none)
    case .valuesEmpty(let environment, let names):
      (
        "this would empty \(names.map(shown).joined(separator: ", ")) of \(shown(environment)); nothing was imported: to do it anyway, add --allow-empty",
        .names(names)
      )
    case .versionUnavailable(let name, let version):
      (
        "version \(version) of \(shown(name)) can no longer be read; make a new request, which gets the current version; if there is none, a writer can set one with envgate secret set",
        .none
      )
    case .versionUnknown(let name, let version):
      (
        "the secret \(shown(name)) has no version \(version); see envgate secret versions",
        .none
      )
    case .versionState(let name, let version, let state):
      (
        "version \(version) of \(shown(name)) is \(state.text)"
          + (state == .disabled ? "; enable it first" : " and cannot be restored"),
        .state(state.text)
      )
    case .variableUnknown(let environment, let name):
      (
        "\(shown(environment)) has no variable \(shown(name)); see envgate variable list",
        .none
      )
    case .variableLimit:
      (
        "the environment has its largest number of variables; delete one that no job uses", .none
      )
    case .variableInvalid(let sentence): (sentence, .none)
    case .nameTaken(let environment, let name, let by):
      (
        "\(shown(environment)) has a \(by) \(shown(name)) already, and a job can get only one of the two; choose another name",
        .none
      )
    case .casMismatch(let current):
      (
        "the current version is \(current), not the one that you expected; see envgate secret versions, then try again",
        .current(current)
      )
    case .valueTooLarge(let limit):
      ("the value is longer than \(limit) bytes; keep large data elsewhere", .none)
    case .gateRequired(let environment):
      ("\(shown(environment)) is protected: make a request", .none)
    case .standingRequired(let environment, let unit, let credential):
      (
        "\(shown(environment)) is protected, and the unit has no standing approval; ask for one: envgate request create "
          + "-e \(environment) --unit \(unit) --credential \(credential) --for 90d",
        .none
      )
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
        "there is no request \(id), or you may not see it; check the number",
        .none
      )
    case .requestState(let id, let state):
      (
        "request \(id) is \(state), so this is not possible; see envgate request show \(id)",
        .state(state)
      )
    case .ticketRequired(let id):
      (
        "request \(id) belongs to another connection; use that connection, or give the request's ticket",
        .none
      )
    case .digestMismatch(let id):
      (
        "the digest is not the digest of request \(id), which may have changed; read the request again, then answer it",
        .none
      )
    case .selfReview(let id):
      (
        "request \(id) is your own, and its environment does not allow self-review; ask another reviewer",
        .none
      )
    case .alreadyReviewed(let id):
      ("you have already approved request \(id); each person counts once", .none)
    case .tooManyReviews:
      ("the request has its largest number of reviews; make a new request", .none)
    case .grantExpired(let id):
      ("the grant of request \(id) has ended; make a new request", .none)
    case .grantBusy(let environment, let turn, let holds):
      (
        "\(shown(environment)) has one grant at a time: \(TurnView(turn).sentence)"
          + (holds.map {
            "; this connection keeps the grant of request \($0) meanwhile, so it may not wait here: close that grant first"
          } ?? "; wait for your turn"),
        .turn(TurnView(turn))
      )
    case .grantOutdated(let id, let newer):
      (
        "the newer request \(newer) was activated before request \(id), and this environment keeps their order; make a new request",
        .none
      )
    case .requestOfUnit(let id, let unit):
      (
        "request \(id) is for the unit \(unit), which loads its credential from systemd; no job can use it",
        .none
      )
    case .grantHeld(let id):
      (
        "the grant of request \(id) is already held, or no connection holds it", .none
      )
    case .grantLimit(let limit):
      (
        "a connection holds at most \(limit) grants; close some, or use another connection",
        .none
      )
    case .readsExhausted(let id, let name, let limit):
      (
        "the secret \(shown(name)) was read \(limit == 1 ? "once" : "\(limit) times") under request \(id), which is the most that its gate allows; make a new request",
        .none
      )
    case .contextInvalid(let part, let why): ("\(part) \(why)", .none)
    case .waitingLimit(let environment, let limit):
      (
        "\(limit) requests already wait in \(shown(environment)), which is the limit; try again after some are answered",
        .none
      )
    case .recordLimit(let limit, let until, let after):
      (
        "your account has read secrets without a request \(limit) times within a day, which is the limit; try again at \(Timestamp.text(milliseconds: until)), or ask an admin to raise direct_reads_per_day",
        .retryAfter(milliseconds: after)
      )
    case .memoryExhausted:
      ("the memory for secrets is all in use; try again in a moment", .none)
    case .rootKeyPending:
      (
        "a new root key is to replace the present one, and envgated does not have it, so no new key can be made; "
          + "ask root to put it in its place and to restart envgated",
        .none
      )
    case .rootKeyUnfit(let sentence): (sentence, .none)
    case .storageTampered:
      (
        "the stored data does not verify, so nothing was released; tell an admin to run envgate audit verify",
        .none
      )
    case .storageUnavailable(let trouble):
      ("the vault cannot do this: \(trouble.sentence)", .none)
    case .auditUnavailable(let trouble):
      (
        "the vault cannot write an audit record, so nothing was released: \(trouble.sentence)",
        .none
      )
    case .accountUnavailable:
      (
        "the host's account database does not answer; try again in a moment",
        .none
      )
    case .peerUnknown:
      (
        "the host did not report in time where your process runs; try again in a moment", .none
      )
    case .clockBehind(let doubt): (doubt.sentence, .none)
    case .clockOnTrial(let id, let doubt):
      (
        "request \(id) has expired by the host's clock, which shows "
          + "\(Timestamp.text(milliseconds: doubt.shown)), but \(doubt.goesBy): "
          + "set the clock, or try again\(doubt.trial.map { " in \($0.inWords)" } ?? "")", .none
      )
    case .gateUnconfirmed(let name, let revision, let asOf):
      (
        "the gate of \(shown(name)) is that of \(Timestamp.text(milliseconds: asOf)), from a restored backup; ask an admin to look at it and run: envgate environment edit \(shown(name)) --revision \(revision)",
        .none
      )
    case .backupBusy:
      (
        "another backup is being made, or new keys are being wrapped; try again in a minute", .none
      )
    case .backupEnded:
      (
        "there is no backup to read: a value was destroyed meanwhile, so the copy was removed, or none was opened; start the backup again",
        .none
      )
    case .backupRoom(let needed, let free):
      (
        "a backup needs \((needed + 1_023) >> 10) KiB of free disk in the state directory, and \(free >> 10) KiB are free; free some space",
        .none
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
      ? "the name \(name) is reserved, because it controls \(reservation.steers)"
      : "the name \(name) is reserved, because a job may get it as \(reservation.variable), which controls "
        + reservation.steers
    switch reservation.grade {
    case .never: return "\(why); choose another name"
    case .allowable:
      return
        "\(why); choose another name, and let the job map it with envgate exec -s NAME=\(name), "
        + "or ask an admin to allow it: envgate environment edit \(environment) --allow-name \(name)"
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
