/// Why something was refused, as scripts know it: one stable word, one code.
///
/// The codes below -32000 and above -32099 are the vault's own, the others JSON-RPC's (JSON-RPC 2.0, 5.1).
public enum Reason: String, Sendable, CaseIterable {
  case jsonInvalid = "json.invalid"
  case messageInvalid = "message.invalid"
  case methodUnknown = "method.unknown"
  case paramsInvalid = "params.invalid"
  case internalFault = "internal"

  case accessDenied = "access.denied"
  case environmentUnknown = "environment.unknown"
  case environmentExists = "environment.exists"
  case environmentLimit = "limit.environments"
  case nameInvalid = "name.invalid"
  case gateInvalid = "gate.invalid"
  case principalUnknown = "principal.unknown"
  case secretUnknown = "secret.unknown"
  case secretLimit = "limit.secrets"
  case gateRequired = "gate.required"
  case gateWaiting = "gate.waiting"
  case gateRefused = "gate.refused"
  case secretDisabled = "secret.disabled"
  case casMismatch = "cas.mismatch"
  case valueLimit = "limit.value"
  case requestUnknown = "request.unknown"
  case requestEnded = "request.ended"
  case ticketRequired = "ticket.required"
  case digestMismatch = "digest.mismatch"
  case selfReview = "review.self"
  case reviewRepeated = "review.repeated"
  case reviewLimit = "limit.reviews"
  case grantExpired = "grant.expired"
  case textInvalid = "text.invalid"
  case requestLimit = "limit.requests"
  case memoryLimit = "limit.memory"
  case storageTampered = "storage.tampered"
  case storageUnavailable = "storage.unavailable"
  case auditUnavailable = "audit.unavailable"
  case accountUnavailable = "account.unavailable"
  case clockBehind = "clock.behind"
  case clockTrial = "clock.trial"
  case lineLimit = "limit.line"
  case connectionLimit = "limit.connections"
  case serverStopping = "server.stopping"
  case busy = "limit.busy"
  case environmentInUse = "environment.in_use"
  case revisionMismatch = "revision.mismatch"
  case gateWeaker = "gate.weaker"
  case versionUnknown = "version.unknown"
  case versionState = "version.state"
  case variableUnknown = "variable.unknown"
  case variableLimit = "limit.variables"
  case nameTaken = "name.taken"
  case grantBusy = "grant.busy"
  case grantHeld = "grant.held"
  case grantLimit = "limit.grants"
  case readLimit = "limit.reads"
  case rateLimit = "limit.rate"
  case timeLimit = "limit.time"
  case peerUnknown = "peer.unknown"
  case peerRefused = "peer.refused"
  case grantOutdated = "grant.outdated"
  case nameCase = "name.case"
  case nameReserved = "name.reserved"
  case nameNew = "name.new"
  case secretEmpty = "secret.empty"
  case importEnded = "import.ended"
  case valueEmpty = "value.empty"
  case rootKeyUnfit = "key.root"
  case gateUnconfirmed = "gate.unconfirmed"
  case backupBusy = "backup.busy"
  case backupEnded = "backup.ended"
  case backupRoom = "backup.room"
  case recordLimit = "limit.record"

  /// The number that JSON-RPC wants; it says no more than the word.
  public var code: Int64 { row.code }

  /// What it means, as the protocol's article says it.
  public var meaning: String { row.meaning }
}

extension Reason {
  /// What a client does about a reason, and an auditor.
  package struct Row: Sendable {
    /// The number on the wire; never used again for another reason.
    package let code: Int64
    /// What a command exits with.
    package let exit: Exit
    /// What it means.
    package let meaning: String
    /// Whether an auditor is told of a refusal for it, under its word.
    package let isRecorded: Bool
    /// Whether the same call passes later.
    package let retry: Retry

    fileprivate init(
      _ code: Int64, _ exit: Exit, _ meaning: String, isRecorded: Bool = false,
      retry: Retry = .never
    ) {
      self.code = code
      self.exit = exit
      self.meaning = meaning
      self.isRecorded = isRecorded
      self.retry = retry
    }
  }

  /// The exit code of a command that was refused, by sysexits.h.
  package enum Exit: Int32, Sendable {
    /// What was sent is not what it should be.
    case badData = 65
    /// Somebody's fault who is not the user.
    case fault = 70
    /// Somebody has to be called.
    case storage = 74
    /// The same call may pass later, and nobody has to do anything for it.
    case tryAgain = 75
    /// The answer is no.
    case refused = 77
  }

  /// Whether a refusal is about the host and not about the call, so that nobody's approval is thrown away for it.
  package enum Retry: Sendable {
    /// It is about the call, and the next try ends as this one.
    case never
    /// It passes by itself.
    case passes
    /// Somebody has to mend it; it passes by itself where it was there for a moment only.
    case mended
  }

  /// All that is said of a reason, once. A reason without a row does not compile.
  package var row: Row {
    switch self {
    case .accessDenied:
      Row(-32001, .refused, "the caller has no role that allows the call", isRecorded: true)
    case .environmentUnknown:
      Row(
        -32002, .refused, "there is no such environment, or the caller has no role in it",
        isRecorded: true)
    case .environmentExists: Row(-32003, .refused, "the name of the environment is taken")
    case .environmentLimit:
      Row(-32004, .refused, "the vault has its largest number of environments")
    case .nameInvalid:
      Row(-32005, .badData, "a name has characters that are not allowed, or is too long")
    case .gateInvalid: Row(-32006, .badData, "the gate cannot be written like this")
    case .principalUnknown: Row(-32007, .refused, "the host has no such account or group")
    case .secretUnknown: Row(-32008, .refused, "there is no such secret, or no secret at all")
    case .secretLimit:
      Row(
        -32009, .refused,
        "the environment has its largest number of secret names, deleted ones included")
    case .gateRequired:
      Row(
        -32010, .refused, "the environment is protected, and the call names no request",
        isRecorded: true)
    case .gateWaiting: Row(-32011, .tryAgain, "the gate is not satisfied yet", isRecorded: true)
    case .gateRefused:
      Row(-32012, .refused, "the gate was edited after the request was made", isRecorded: true)
    case .secretDisabled: Row(-32013, .refused, "the version can no longer be read")
    case .casMismatch: Row(-32014, .refused, "the current version is not the expected one")
    case .valueLimit: Row(-32015, .badData, "the value is too long")
    case .requestUnknown:
      Row(
        -32017, .refused, "there is no such request, or the caller may not see it", isRecorded: true
      )
    case .requestEnded: Row(-32018, .refused, "the state of the request does not allow the call")
    case .ticketRequired:
      Row(
        -32019, .refused, "another connection made the request, and the call has no ticket of it",
        isRecorded: true)
    case .digestMismatch:
      Row(
        -32020, .refused, "the digest is not the digest of the request as it is now",
        isRecorded: true)
    case .selfReview: Row(-32021, .refused, "the request is the reviewer's own", isRecorded: true)
    case .reviewRepeated: Row(-32022, .refused, "this person has already approved the request")
    case .reviewLimit: Row(-32023, .refused, "the request has its largest number of reviews")
    case .grantExpired: Row(-32024, .refused, "the grant has ended", isRecorded: true)
    case .textInvalid:
      Row(-32025, .badData, "a text is too long, or has characters that could deceive a reader")
    case .requestLimit: Row(-32026, .tryAgain, "too many requests wait", isRecorded: true)
    case .memoryLimit:
      Row(-32027, .tryAgain, "the memory for secrets is all in use", retry: .passes)
    case .storageTampered: Row(-32028, .storage, "the stored data does not verify")
    case .storageUnavailable: Row(-32029, .storage, "the vault cannot write", retry: .mended)
    case .auditUnavailable:
      Row(
        -32030, .storage, "the vault cannot write an audit record, so nothing is released",
        retry: .mended)
    case .accountUnavailable:
      Row(-32031, .tryAgain, "the account database does not answer", retry: .passes)
    case .clockBehind:
      Row(
        -32032, .storage,
        "after a boot the host's clock is behind the time that the vault has reached",
        isRecorded: true, retry: .mended)
    case .lineLimit: Row(-32033, .fault, "the line, or the answer to it, is too long")
    case .connectionLimit: Row(-32034, .tryAgain, "too many connections")
    case .serverStopping: Row(-32035, .tryAgain, "the daemon is stopping")
    case .busy:
      Row(-32036, .tryAgain, "the daemon has more calls than it may queue", retry: .passes)
    case .environmentInUse:
      Row(-32037, .refused, "the environment has active grants, so it cannot be deleted")
    case .revisionMismatch:
      Row(-32038, .refused, "the revision of the gate is not the expected one")
    case .gateWeaker:
      Row(-32039, .refused, "the edit weakens the gate, and the call has no `allow_weaken`")
    case .versionUnknown: Row(-32040, .refused, "the secret has no such version")
    case .versionState: Row(-32041, .refused, "the state of the version does not allow the call")
    case .variableUnknown: Row(-32042, .refused, "there is no such variable")
    case .variableLimit:
      Row(-32043, .refused, "the environment has its largest number of variables")
    case .nameTaken: Row(-32044, .badData, "a secret and a variable cannot have the same name")
    case .grantBusy:
      Row(
        -32045, .tryAgain,
        "another request is first: `data.holder` is the request with the active grant (or null), `data.since` the time of its activation, `data.before` the number of requests ahead"
      )
    case .grantHeld:
      Row(-32046, .refused, "the grant is already held, by a connection or by its ticket")
    case .grantLimit:
      Row(-32047, .tryAgain, "the connection holds its largest number of grants", isRecorded: true)
    case .readLimit:
      Row(
        -32048, .refused, "the secret was read under the grant as often as the gate allows",
        isRecorded: true)
    case .rateLimit:
      Row(
        -32049, .tryAgain,
        "the account has made too many calls; `data.retry_after_ms` says when to try again",
        retry: .passes)
    case .timeLimit:
      Row(-32050, .tryAgain, "the line did not end in time; the connection ends", retry: .passes)
    case .peerUnknown:
      Row(
        -32051, .tryAgain,
        "the host did not report in time where the caller's process runs; the next call looks again",
        retry: .passes)
    case .peerRefused:
      Row(-32052, .refused, "the job socket does not accept processes like the caller's")
    case .grantOutdated:
      Row(
        -32053, .refused, "a newer request was activated, and the environment keeps their order",
        isRecorded: true)
    case .clockTrial:
      Row(
        -32054, .tryAgain,
        "the host's clock has jumped and says that the request has expired, but the vault's time does not",
        isRecorded: true, retry: .passes)
    case .nameCase:
      Row(
        -32060, .badData,
        "the name of a secret or a variable has a lower-case letter; the message has the upper-case name"
      )
    case .nameReserved:
      Row(
        -32061, .badData,
        "the new name would control a program of the job; an admin may allow some of these names")
    case .nameNew:
      Row(
        -32062, .refused,
        "the name would be new in a protected environment, and the caller is not an admin; `data.names` has all such names"
      )
    case .secretEmpty:
      Row(-32063, .refused, "an admin has created the name, but it has no version yet")
    case .importEnded:
      Row(
        -32064, .tryAgain,
        "the connection has no such import open: it was silent for a minute, or another caller has set one of its secrets (`data.names`); nothing was set, and the import can start again"
      )
    case .valueEmpty:
      Row(
        -32065, .badData,
        "the import would empty secrets that have a value (`data.names`), and the call has no `allow_empty`"
      )
    case .rootKeyUnfit:
      Row(
        -32070, .refused,
        "the root key, or the new one beside it, is not as the call needs it; the message says what to do"
      )
    case .gateUnconfirmed:
      Row(
        -32083, .refused,
        "the gate came back with a restored backup, and no admin has confirmed it since",
        isRecorded: true)
    case .backupBusy: Row(-32080, .tryAgain, "another backup is being made")
    case .backupEnded:
      Row(
        -32081, .tryAgain,
        "the connection has no backup open: a value was destroyed meanwhile, and the copy was removed for that, or none was made"
      )
    case .backupRoom:
      Row(
        -32082, .storage, "the state directory's disk has no room for a copy of the database",
        retry: .mended)
    case .recordLimit:
      Row(
        -32090, .tryAgain,
        "the account has read secrets without a request as often as it may within a day; `data.retry_after_ms` says when it may again",
        isRecorded: true)
    case .messageInvalid:
      Row(-32600, .fault, "the line is not a call: an array, a bad id, or another version")
    case .methodUnknown: Row(-32601, .fault, "there is no such method")
    case .paramsInvalid:
      Row(-32602, .badData, "a parameter is missing, unknown, or of the wrong type or range")
    case .internalFault: Row(-32603, .fault, "internal error of the daemon")
    case .jsonInvalid: Row(-32700, .fault, "the line is not JSON")
    }
  }
}
