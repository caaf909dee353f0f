import VaultCore

extension LiveRequests {
  /// What is decided about a request whose row does not say so yet. The numbers go into the sealed head.
  enum Decision: UInt8 {
    /// Its grant or approval is taken back.
    case revoked = 1
    case cancelled = 2
    /// It goes back to waiting, without its reviews.
    case reset = 3
    /// Nothing keeps its grant any more.
    case abandoned = 4
    /// The command that took its job's place is over.
    case ended = 5
    /// A newer request was activated where that outdates it.
    case outdated = 6
    /// A version that it is pinned to was destroyed or deleted.
    case unusable = 7

    /// What it ends as; nil where it goes on.
    var end: RequestState? {
      switch self {
      case .revoked: .revoked
      case .cancelled, .outdated, .unusable: .cancelled
      case .reset: nil
      case .abandoned: .closed(.abandoned)
      case .ended: .closed(.ended)
      }
    }
  }
}
