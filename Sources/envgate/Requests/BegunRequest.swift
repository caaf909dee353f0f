import VaultCore
import VaultProtocol

/// A request at the start of its job.
struct BegunRequest {
  let id: Int64
  /// What it reads.
  let secrets: [PinnedSecretView]
  /// How it was found; nil where it was approved as it was made, of which its making tells enough.
  let found: RequestView?

  /// One that was just made; nil where more must be known of it.
  init?(_ created: RequestCreatedView) {
    guard created.state == "approved", let secrets = created.secrets else { return nil }
    id = created.id
    self.secrets = secrets
    found = nil
  }

  init(_ found: RequestView) {
    id = found.id
    secrets = found.secrets
    self.found = found
  }
}
