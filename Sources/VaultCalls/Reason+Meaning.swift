extension Reason {
  /// What the reason means, as the protocol's article says it.
  public var meaning: String {
    switch self {
    case .jsonInvalid: "the line is not JSON"
    case .messageInvalid: "the line is not a call: an array, a bad id, or another version"
    case .methodUnknown: "there is no such method"
    case .paramsInvalid: "a parameter is missing, unknown, or of the wrong type or range"
    case .internalFault: "internal error of the daemon"
    case .accessDenied: "the caller has no role that allows the call"
    case .environmentUnknown: "there is no such environment, or the caller has no role in it"
    case .environmentExists: "the name of the environment is taken"
    case .environmentLimit: "the vault has its largest number of environments"
    case .nameInvalid: "a name has characters that are not allowed, or is too long"
    case .gateInvalid: "the gate cannot be written like this"
    case .principalUnknown: "the host has no such account or group"
    case .secretUnknown: "there is no such secret, or no secret at all"
    case .secretLimit:
      "the environment has its largest number of secret names, deleted ones included"
    case .gateRequired: "the environment is protected, and the call names no request"
    case .gateWaiting: "the gate is not satisfied yet"
    case .gateRefused: "the gate was edited after the request was made"
    case .secretDisabled: "the version can no longer be read"
    case .casMismatch: "the current version is not the expected one"
    case .valueLimit: "the value is too long"
    case .requestUnknown: "there is no such request, or the caller may not see it"
    case .requestEnded: "the state of the request does not allow the call"
    case .ticketRequired: "another connection made the request, and the call has no ticket of it"
    case .digestMismatch: "the digest is not the digest of the request as it is now"
    case .selfReview: "the request is the reviewer's own"
    case .reviewRepeated: "this person has already approved the request"
    case .reviewLimit: "the request has its largest number of reviews"
    case .grantExpired: "the grant has ended"
    case .textInvalid: "a text is too long, or has characters that could deceive a reader"
    case .requestLimit: "too many requests wait"
    case .memoryLimit: "the memory for secrets is all in use"
    case .storageTampered: "the stored data does not verify"
    case .storageUnavailable: "the vault cannot write"
    case .auditUnavailable: "the vault cannot write an audit record, so nothing is released"
    case .accountUnavailable: "the account database does not answer"
    case .clockBehind: "after a boot the host's clock is behind the time that the vault has reached"
    case .clockTrial:
      "the host's clock has jumped and says that the request has expired, but the vault's time does not"
    case .lineLimit: "the line, or the answer to it, is too long"
    case .connectionLimit: "too many connections"
    case .serverStopping: "the daemon is stopping"
    case .busy: "the daemon has more calls than it may queue"
    case .environmentInUse: "the environment has active grants, so it cannot be deleted"
    case .revisionMismatch: "the revision of the gate is not the expected one"
    case .gateWeaker: "the edit weakens the gate, and the call has no `allow_weaken`"
    case .versionUnknown: "the secret has no such version"
    case .versionState: "the state of the version does not allow the call"
    case .variableUnknown: "there is no such variable"
    case .variableLimit: "the environment has its largest number of variables"
    case .nameTaken: "a secret and a variable cannot have the same name"
    case .grantBusy:
      "another request is first: `data.holder` is the request with the active grant (or null), `data.since` the time of its activation, `data.before` the number of requests ahead"
    case .grantHeld: "the grant is already held, by a connection or by its ticket"
    case .grantLimit: "the connection holds its largest number of grants"
    case .readLimit: "the secret was read under the grant as often as the gate allows"
    case .rateLimit:
      "the account has made too many calls; `data.retry_after_ms` says when to try again"
    case .timeLimit: "the line did not end in time; the connection ends"
    case .peerUnknown:
      "the host did not report in time where the caller's process runs; the next call looks again"
    case .peerRefused: "the job socket does not accept processes like the caller's"
    case .grantOutdated: "a newer request was activated, and the environment keeps their order"
    case .nameCase:
      "the name of a secret or a variable has a lower-case letter; the message has the upper-case name"
    case .nameReserved:
      "the new name would control a program of the job; an admin may allow some of these names"
    case .nameNew:
      "the name would be new in a protected environment, and the caller is not an admin; `data.names` has all such names"
    case .secretEmpty: "an admin has created the name, but it has no version yet"
    case .importEnded:
      "the connection has no such import open: it was silent for a minute, or another caller has set one of its secrets (`data.names`); nothing was set, and the import can start again"
    case .valueEmpty:
      "the import would empty secrets that have a value (`data.names`), and the call has no `allow_empty`"
    }
  }
}
