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
  public var code: Int64 {
    switch self {
    case .jsonInvalid: -32700
    case .messageInvalid: -32600
    case .methodUnknown: -32601
    case .paramsInvalid: -32602
    case .internalFault: -32603
    case .accessDenied: -32001
    case .environmentUnknown: -32002
    case .environmentExists: -32003
    case .environmentLimit: -32004
    case .nameInvalid: -32005
    case .gateInvalid: -32006
    case .principalUnknown: -32007
    case .secretUnknown: -32008
    case .secretLimit: -32009
    case .gateRequired: -32010
    case .gateWaiting: -32011
    case .gateRefused: -32012
    case .secretDisabled: -32013
    case .casMismatch: -32014
    case .valueLimit: -32015
    case .requestUnknown: -32017
    case .requestEnded: -32018
    case .ticketRequired: -32019
    case .digestMismatch: -32020
    case .selfReview: -32021
    case .reviewRepeated: -32022
    case .reviewLimit: -32023
    case .grantExpired: -32024
    case .textInvalid: -32025
    case .requestLimit: -32026
    case .memoryLimit: -32027
    case .storageTampered: -32028
    case .storageUnavailable: -32029
    case .auditUnavailable: -32030
    case .accountUnavailable: -32031
    case .clockBehind: -32032
    case .lineLimit: -32033
    case .connectionLimit: -32034
    case .serverStopping: -32035
    case .busy: -32036
    case .environmentInUse: -32037
    case .revisionMismatch: -32038
    case .gateWeaker: -32039
    case .versionUnknown: -32040
    case .versionState: -32041
    case .variableUnknown: -32042
    case .variableLimit: -32043
    case .nameTaken: -32044
    case .grantBusy: -32045
    case .grantHeld: -32046
    case .grantLimit: -32047
    case .readLimit: -32048
    case .rateLimit: -32049
    case .timeLimit: -32050
    case .peerUnknown: -32051
    case .peerRefused: -32052
    case .grantOutdated: -32053
    case .clockTrial: -32054
    case .nameCase: -32060
    case .nameReserved: -32061
    case .nameNew: -32062
    case .secretEmpty: -32063
    case .importEnded: -32064
    case .valueEmpty: -32065
    }
  }
}
