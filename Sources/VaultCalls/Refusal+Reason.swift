package import VaultCore

extension Refusal {
  /// The one table from what the vault decided to the word that travels.
  package var reason: Reason {
    switch self {
    case .accessDenied, .notAReviewer: .accessDenied
    case .environmentUnknown: .environmentUnknown
    case .environmentLeaving, .environmentExists: .environmentExists
    case .environmentLimit: .environmentLimit
    case .environmentInUse: .environmentInUse
    case .revisionMismatch: .revisionMismatch
    case .gateWeaker: .gateWeaker
    case .nameInvalid(_, let fault): fault.reason
    case .nameReserved: .nameReserved
    case .namesNew: .nameNew
    case .gateInvalid, .gateOfInvalid: .gateInvalid
    case .principalUnknown: .principalUnknown
    case .secretUnknown, .secretsNone: .secretUnknown
    case .secretEmpty: .secretEmpty
    case .secretExists, .nameTaken: .nameTaken
    case .secretLimit: .secretLimit
    case .importEnded, .importOvertaken: .importEnded
    case .importInvalid: .paramsInvalid
    case .valuesEmpty: .valueEmpty
    case .versionUnavailable: .secretDisabled
    case .versionUnknown: .versionUnknown
    case .versionState: .versionState
    case .variableUnknown: .variableUnknown
    case .variableLimit: .variableLimit
    case .variableInvalid, .contextInvalid: .textInvalid
    case .casMismatch: .casMismatch
    case .valueTooLarge: .valueLimit
    case .gateRequired, .standingRequired: .gateRequired
    case .gateWaiting: .gateWaiting
    case .gateChanged: .gateRefused
    case .requestUnknown: .requestUnknown
    case .requestState: .requestEnded
    case .ticketRequired: .ticketRequired
    case .digestMismatch: .digestMismatch
    case .selfReview: .selfReview
    case .alreadyReviewed: .reviewRepeated
    case .tooManyReviews: .reviewLimit
    case .grantExpired: .grantExpired
    case .grantBusy: .grantBusy
    case .grantOutdated: .grantOutdated
    case .grantHeld, .requestOfUnit: .grantHeld
    case .grantLimit: .grantLimit
    case .readsExhausted: .readLimit
    case .waitingLimit: .requestLimit
    case .recordLimit: .recordLimit
    case .memoryExhausted: .memoryLimit
    case .rootKeyPending, .rootKeyUnfit: .rootKeyUnfit
    case .storageTampered: .storageTampered
    case .storageUnavailable: .storageUnavailable
    case .auditUnavailable: .auditUnavailable
    case .accountUnavailable: .accountUnavailable
    case .peerUnknown: .peerUnknown
    case .clockBehind: .clockBehind
    case .clockOnTrial: .clockTrial
    case .gateUnconfirmed: .gateUnconfirmed
    case .backupBusy: .backupBusy
    case .backupEnded: .backupEnded
    case .backupRoom: .backupRoom
    case .accountNeeded: .internalFault
    }
  }
}

extension NameFault {
  /// The reason that a person or a program is told.
  package var reason: Reason { if case .lowerCase = self { .nameCase } else { .nameInvalid } }
}
