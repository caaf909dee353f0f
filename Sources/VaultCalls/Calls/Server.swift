/// `server.status`: the daemon, and who the caller is to it.
public struct ServerStatus: Sendable {
  /// Makes the parameters, of which there are none.
  public init() {}
}

/// `events.subscribe`: from here on the daemon tells this connection how requests move on.
public struct EventsSubscribe: Sendable {
  /// Only events behind this number; nil for what happens from now on. Whoever returns with the last
  /// number that it got misses nothing.
  public let after: Int64?

  /// Makes the parameters.
  public init(after: Int64? = nil) { self.after = after }
}
