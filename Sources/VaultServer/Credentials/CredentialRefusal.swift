import VaultCalls
import VaultCore
import VaultProtocol

/// Why a unit does not get a credential.
enum CredentialRefusal: Error, Hashable {
  /// Who connected has not the name that the service manager has.
  case nameless
  /// The account that connected, which is not the service manager's.
  case account(UInt32)
  /// The kernel does not say which process it is, or it is the manager itself.
  case hidden
  /// The kernel has nothing that stands for a process, and its number alone is not believed.
  case unpinned
  case confined(Confinement)
  /// The process belongs to another unit, or to none.
  case otherUnit(String?)
  /// What the vault says.
  case vault(WireError)
  case unanswered
  case fieldMissing
  case notAnObject
  case empty

  /// Whether the vault has it on the record already.
  var isRecorded: Bool {
    switch self {
    case .nameless, .account, .hidden, .unpinned, .confined, .otherUnit: false
    case .vault, .unanswered, .fieldMissing, .notAnObject, .empty: true
    }
  }

  /// The word for scripts.
  var reason: String {
    switch self {
    case .nameless, .account, .hidden, .unpinned, .confined, .otherUnit:
      Reason.peerRefused.rawValue
    case .vault(let error): error.reason
    case .unanswered: Reason.busy.rawValue
    case .fieldMissing, .notAnObject, .empty: Reason.secretUnknown.rawValue
    }
  }

  /// What is wrong and what to do, for the log.
  var sentence: String {
    switch self {
    case .nameless:
      "the caller is not the service manager: it did not say which unit and credential it wants"
    case .account(let uid):
      "the caller has uid \(uid), and the service manager has uid 0; only the system's manager loads credentials here"
    case .hidden: "the kernel does not say which process of which unit the caller is"
    case .unpinned:
      "this kernel cannot pin the process that connected (SO_PEERPIDFD, Linux 6.5): update it, or set "
        + "\"credentials_without_pidfd\": \"accept\" in the configuration"
    case .confined(let confinement):
      "\(confinement.sentence), and the service manager is not in one"
    case .otherUnit(let name):
      "the caller is a process of \(name.map { ForeignText.quoted($0) } ?? "no unit") and asks for the credential of "
        + "another unit"
    case .vault(let error): error.message
    case .unanswered: "the vault did not answer in time; start the unit again"
    case .fieldMissing: "the value has no such field; check \"field\" in the configuration"
    case .notAnObject:
      "the value is not a JSON object, so it has no fields; check \"field\" in the configuration"
    case .empty:
      "the value is empty, and a unit cannot tell that from a failure; set a value, or take the credential out of the "
        + "configuration"
    }
  }
}
