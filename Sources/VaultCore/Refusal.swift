/// Why the vault says no. Each case has one wire reason, one code, one sentence (VaultProtocol).
///
/// A refusal carries names that the caller gave or may see, and numbers; never a value.
public enum Refusal: Error, Hashable, Sendable {
  /// The caller has no role that allows this.
  case accessDenied(String)
  /// No such environment, or none that the caller has a role in.
  case environmentUnknown(String)
  case environmentExists(String)
  /// One of this name is being deleted, and its name is taken until its last row is gone.
  case environmentLeaving(String)
  case environmentLimit
  /// An environment with active grants is not deleted.
  case environmentInUse(String, grants: Int)
  /// A check-and-set of a gate, and the revision it has.
  case revisionMismatch(current: Int64)
  /// An edit that weakens a protected environment, and in which ways.
  case gateWeaker(environment: String, [Weakening])
  /// A name outside the grammar, or in lower case.
  case nameInvalid(what: String, NameFault)
  /// A name that would be new and is reserved.
  case nameReserved(environment: String, name: String, ReservedNames.Reservation)
  /// Names that would be new in a protected environment, and a caller who is no admin.
  case namesNew(environment: String, names: [String])
  case gateInvalid(GateFault)
  /// The same in an environment that the caller did not name.
  case gateOfInvalid(environment: String, GateFault)
  /// A principal that the account database does not know.
  case principalUnknown(String)
  case secretUnknown(environment: String, name: String)
  case secretsNone(environment: String)
  /// A name that an admin has made, and that has no version yet.
  case secretEmpty(environment: String, name: String)
  /// A secret that is there already.
  case secretExists(environment: String, name: String)
  case secretLimit
  /// The connection has no import of it open: it was dropped, or never opened.
  case importEnded(environment: String)
  /// Somebody else has set some of its secrets, or imports them too.
  case importOvertaken(environment: String, names: [String])
  /// What a caller said about its import does not go together.
  case importInvalid(String)
  /// Secrets that an import would empty.
  case valuesEmpty(environment: String, names: [String])
  /// No version of that number, or one that is gone.
  case versionUnknown(name: String, version: Int64)
  /// A version that is disabled or destroyed.
  case versionUnavailable(name: String, version: Int64)
  /// A version whose state forbids what was asked.
  case versionState(name: String, version: Int64, SecretVersion.State)
  case variableUnknown(environment: String, name: String)
  case variableLimit
  case variableInvalid(String)
  /// A secret and a variable of one name would reach a job as one.
  case nameTaken(environment: String, name: String, by: String)
  case casMismatch(current: Int64)
  case valueTooLarge(limit: Int)
  /// A protected environment was read without a request.
  case gateRequired(String)
  /// A unit has no standing approval for a credential of a protected environment.
  case standingRequired(environment: String, unit: String, credential: String)
  case gateWaiting(id: Int64, [Unmet])
  /// The gate was edited after the request was made.
  case gateChanged(id: Int64)
  case requestUnknown(Int64)
  case requestState(id: Int64, String)
  /// A job wants what a unit was given.
  case requestOfUnit(id: Int64, unit: String)
  /// Neither the connection that made the request nor its ticket.
  case ticketRequired(id: Int64)
  case digestMismatch(id: Int64)
  case selfReview(id: Int64)
  case notAReviewer(String)
  case alreadyReviewed(id: Int64)
  case tooManyReviews
  case grantExpired(id: Int64)
  /// It is not a request's turn in an exclusive environment. `holds`: the request whose grant, in an
  /// exclusive environment too, the connection keeps meanwhile, so that it is not let wait.
  case grantBusy(environment: String, Turn, holds: Int64? = nil)
  /// A newer request was activated in an environment whose grants keep their order.
  case grantOutdated(id: Int64, by: Int64)
  /// A connection holds the grant already.
  case grantHeld(id: Int64)
  /// The connection holds as many grants as one may.
  case grantLimit(Int)
  case readsExhausted(id: Int64, name: String, limit: Int)
  case contextInvalid(String, String)
  case waitingLimit(environment: String, limit: Int)
  /// Somebody has read without a request as often as one may within a day. `until`: a wall time, and how many
  /// milliseconds it is away.
  case recordLimit(limit: Int, until: Int64, after: Int64)
  case memoryExhausted
  /// A root key is to follow the present one, and the daemon does not have it: a new key would not be wrapped under both.
  case rootKeyPending
  /// The files of the root key do not allow its rotation, with the sentence that says why.
  case rootKeyUnfit(String)
  /// A sealed row or record does not verify.
  case storageTampered
  case storageUnavailable(StorageTrouble)
  /// The store is full or fails, so that no audit record can be made: no record, no release.
  case auditUnavailable(StorageTrouble)
  case accountUnavailable
  /// Where the caller's process lives was not found out in time.
  case peerUnknown
  /// The wall clock lies far behind what was adopted before, in a boot that has adopted none.
  case clockBehind(ClockDoubt)
  /// The end of a request has come by a wall clock on trial, and not by the vault's.
  case clockOnTrial(id: Int64, ClockDoubt)
  /// The gate came back with a backup, and no admin has looked at it since.
  case gateUnconfirmed(environment: String, revision: Int64, asOf: Int64)
  /// Another connection makes a backup.
  case backupBusy
  /// The copy that a backup was read from is gone, or was never made.
  case backupEnded
  /// A copy of the database would fill the disk: the free bytes that it takes, and those that there are.
  case backupRoom(needed: Int64, free: Int64)
  /// Not an answer for the wire: the server asks the account database and submits the command again.
  case accountNeeded([UInt32])

  /// The refusal or need that an open account question amounts to.
  public init(_ needed: AccountNeeded) {
    self = needed.wasUnavailable ? .accountUnavailable : .accountNeeded(needed.uids)
  }
}
