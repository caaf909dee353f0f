import VaultProtocol

/// What one host's feed tells of.
enum FeedMessage: Sendable {
  /// A request, as the host says it is.
  struct Entry: Sendable {
    let request: RequestView
    /// The text in which it came.
    let json: [UInt8]
    /// Whether the caller reviews its environment.
    let isYours: Bool
    /// Whether the caller has approved it already.
    var isApproved = false
  }

  /// All that waits there, and behind which record the changes begin.
  case listed([Entry], sequence: Int64)
  /// A change, and how the request stands by now; nil where the caller may not see it any more.
  case moved(EventView, Entry?)
  /// The host does not answer, and is asked again and again; why.
  case lost(CommandFault)
  /// It answers again.
  case back
}
