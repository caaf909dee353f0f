/// `events.subscribe`: from here on the daemon tells this connection how requests move on.
public struct EventsSubscribe: Sendable {
  /// Only events behind this number; nil for what happens from now on. Whoever returns with the last
  /// number that it got misses nothing.
  public let after: Int64?

  /// Makes the parameters.
  public init(after: Int64? = nil) { self.after = after }
}
