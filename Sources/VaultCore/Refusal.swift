/// Why the vault says no. Each case has one wire reason, one code, one sentence (VaultProtocol).
///
/// A refusal carries names that the caller gave or may see, and numbers; never a value.
public enum Refusal: Error, Hashable, Sendable {
  /// The caller has no role that allows this.
  case accessDenied(String)
  /// No such environment, or none that the caller has a role in.
  case environmentUnknown(String)
  case environmentExists(String)
  case environmentLimit
  /// A name outside the grammar, or a reserved one.
  case nameInvalid(what: String, NameFault)
  case gateInvalid(GateFault)
  /// A principal that the account database does not know.
  case principalUnknown(String)
  case secretUnknown(environment: String, name: String)
  case secretsNone(environment: String)
  case secretLimit
  case versionUnavailable(name: String, version: Int64)
  case casMismatch(current: Int64)
  case valueTooLarge(limit: Int)
  /// A protected environment was read without a request.
  case gateRequired(String)
  case gateWaiting(id: Int64, [Unmet])
  /// The gate was edited after the request was made.
  case gateChanged(id: Int64)
  case requestUnknown(Int64)
  case requestState(id: Int64, String)
  /// Neither the connection that made the request nor its ticket.
  case ticketRequired(id: Int64)
  case digestMismatch(id: Int64)
  case selfReview(id: Int64)
  case notAReviewer(String)
  case alreadyReviewed(id: Int64)
  case tooManyReviews
  case grantExpired(id: Int64)
  case contextInvalid(String, String)
  case waitingLimit(environment: String, limit: Int)
  case memoryExhausted
  /// A sealed row or record does not verify.
  case storageTampered
  case storageUnavailable(String)
  /// The store is full or fails, so that no audit record can be made: no record, no release.
  case auditUnavailable(String)
  case accountUnavailable
  case clockBehind
  /// Not an answer for the wire: the server asks the account database and submits the command again.
  case accountNeeded([UInt32])

  /// The refusal or need that an open account question amounts to.
  public init(_ needed: AccountNeeded) {
    self = needed.wasUnavailable ? .accountUnavailable : .accountNeeded(needed.uids)
  }
}
