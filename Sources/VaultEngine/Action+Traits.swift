package import SecretMemory
package import VaultCalls
import VaultCore

extension Action {
  /// What holds for it.
  package var traits: Traits {
    switch self {
    case .call(let call, _): call.traits
    case .authorize(let method): Traits(method.traits.permission, .reads)
    case .follow: Traits(.follow, .reads, worth: 16)
    case .status: Traits(.everybody, .reads)
    // The configuration, which is root's, says which unit may: no role does.
    case .loadCredential: Traits(.nobody, .releases, cost: .release)
    case .listReviewers: Traits(.nobody, .reads)
    case .recheckReviewer, .backupDone: Traits(.nobody, .changes)
    case .noteRefusals, .reconfigure, .connectionEnded, .tick, .lifecycle:
      Traits(.nobody, .takesAway)
    }
  }

  /// The method's word, for the record.
  var name: String {
    switch self {
    case .call(let call, _): call.method.rawValue
    case .authorize(let method): method.rawValue
    case .follow: Method.eventsSubscribe.rawValue
    case .status: Method.serverStatus.rawValue
    case .loadCredential: Self.credentialLoad
    case .noteRefusals, .listReviewers, .recheckReviewer, .reconfigure, .backupDone,
      .connectionEnded, .tick, .lifecycle:
      "vault"
    }
  }

  /// The word for what the service manager does; no method, since nobody can call it.
  package static let credentialLoad = "credential.load"

  /// The credential that it loads.
  var credential: String? {
    if case .loadCredential(let credential, _) = self { credential.id } else { nil }
  }

  /// Whether it asks how the vault is, which is answered whatever is wrong with it.
  var isStatus: Bool {
    if case .status = self { return true }
    if case .call(.serverStatus, _) = self { return true }
    return false
  }

  /// What the caller asks; nil for what the vault does of itself, and before it asks.
  package var call: Call? { if case .call(let call, _) = self { call } else { nil } }

  /// The value that it brings.
  package var value: SecretBuffer? { call?.value }
}
