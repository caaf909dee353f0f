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

  /// The number that JSON-RPC wants; it says no more than the word.
  public var code: Int64 { row.code }
}

extension Reason {
  /// What a client does about a reason.
  package struct Row: Sendable {
    /// The number on the wire; never used again for another reason.
    package let code: Int64
    /// What a command exits with.
    package let exit: Exit
    /// Whether the same call passes later.
    package let retry: Retry

    fileprivate init(_ code: Int64, _ exit: Exit, retry: Retry = .never) {
      self.code = code
      self.exit = exit
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
    case .accessDenied: Row(-32001, .refused)
    case .environmentUnknown: Row(-32002, .refused)
    case .environmentExists: Row(-32003, .refused)
    case .environmentLimit: Row(-32004, .refused)
    case .nameInvalid: Row(-32005, .badData)
    case .gateInvalid: Row(-32006, .badData)
    case .principalUnknown: Row(-32007, .refused)
    case .secretUnknown: Row(-32008, .refused)
    case .secretLimit: Row(-32009, .refused)
    case .gateRequired: Row(-32010, .refused)
    case .gateWaiting: Row(-32011, .tryAgain)
    case .gateRefused: Row(-32012, .refused)
    case .secretDisabled: Row(-32013, .refused)
    case .casMismatch: Row(-32014, .refused)
    case .valueLimit: Row(-32015, .badData)
    case .requestUnknown: Row(-32017, .refused)
    case .requestEnded: Row(-32018, .refused)
    case .ticketRequired: Row(-32019, .refused)
    case .digestMismatch: Row(-32020, .refused)
    case .selfReview: Row(-32021, .refused)
    case .reviewRepeated: Row(-32022, .refused)
    case .reviewLimit: Row(-32023, .refused)
    case .grantExpired: Row(-32024, .refused)
    case .textInvalid: Row(-32025, .badData)
    case .requestLimit: Row(-32026, .tryAgain)
    case .memoryLimit: Row(-32027, .tryAgain, retry: .passes)
    case .storageTampered: Row(-32028, .storage)
    case .storageUnavailable: Row(-32029, .storage, retry: .mended)
    case .auditUnavailable: Row(-32030, .storage, retry: .mended)
    case .accountUnavailable: Row(-32031, .tryAgain, retry: .passes)
    case .clockBehind: Row(-32032, .storage, retry: .mended)
    case .lineLimit: Row(-32033, .fault)
    case .connectionLimit: Row(-32034, .tryAgain)
    case .serverStopping: Row(-32035, .tryAgain)
    case .busy: Row(-32036, .tryAgain, retry: .passes)
    case .environmentInUse: Row(-32037, .refused)
    case .revisionMismatch: Row(-32038, .refused)
    case .gateWeaker: Row(-32039, .refused)
    case .versionUnknown: Row(-32040, .refused)
    case .versionState: Row(-32041, .refused)
    case .variableUnknown: Row(-32042, .refused)
    case .variableLimit: Row(-32043, .refused)
    case .nameTaken: Row(-32044, .badData)
    case .grantBusy: Row(-32045, .tryAgain)
    case .grantHeld: Row(-32046, .refused)
    case .grantLimit: Row(-32047, .tryAgain)
    case .readLimit: Row(-32048, .refused)
    case .rateLimit: Row(-32049, .tryAgain, retry: .passes)
    case .timeLimit: Row(-32050, .tryAgain, retry: .passes)
    case .peerUnknown: Row(-32051, .tryAgain, retry: .passes)
    case .peerRefused: Row(-32052, .refused)
    case .grantOutdated: Row(-32053, .refused)
    case .clockTrial: Row(-32054, .tryAgain, retry: .passes)
    case .nameCase: Row(-32060, .badData)
    case .nameReserved: Row(-32061, .badData)
    case .nameNew: Row(-32062, .refused)
    case .secretEmpty: Row(-32063, .refused)
    case .importEnded: Row(-32064, .tryAgain)
    case .valueEmpty: Row(-32065, .badData)
    case .messageInvalid: Row(-32600, .fault)
    case .methodUnknown: Row(-32601, .fault)
    case .paramsInvalid: Row(-32602, .badData)
    case .internalFault: Row(-32603, .fault)
    case .jsonInvalid: Row(-32700, .fault)
    }
  }
}
