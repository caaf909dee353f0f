/// Where a request came from, as the kernel and the daemon know it; no part of any message.
///
/// It tells two requests apart that say the same of themselves. It gives no right, and it is forgotten when
/// the daemon ends.
public struct RequestOrigin: Hashable, Sendable {
  /// The number of the connection that made the request, in this life of the daemon.
  public let connection: UInt64
  /// The pid that the kernel noted when that connection was made; nil where the kernel shows none. Another process
  /// may have inherited the connection since, or have the number.
  public let process: Int32?

  /// Makes an origin.
  public init(connection: UInt64, process: Int32?) {
    self.connection = connection
    self.process = process
  }
}

/// Which other requests say the same as one request: for reviewers, who choose between them.
///
/// Invariant: its size does not depend on how many such requests there are; a flood of copies is counted.
public struct RequestLikeness: Hashable, Sendable {
  /// The others with the same requester, environment and key; nil where there are none.
  public var sameKey: SameKey?
  /// Some of the requests that other connections made and that claim the same, in the order of their numbers.
  public var twins: [Twin]
  /// How many more there are.
  public var moreTwins: Int

  /// Makes a likeness; without arguments that of a request like no other.
  public init(sameKey: SameKey? = nil, twins: [Twin] = [], moreTwins: Int = 0) {
    self.sameKey = sameKey
    self.twins = twins
    self.moreTwins = moreTwins
  }

  /// Live requests that claim to be the same job, by its key.
  public struct SameKey: Hashable, Sendable {
    /// The oldest of them, if it is older.
    public let older: Int64?
    /// The newest of them, if it is newer.
    public let newer: Int64?
    /// How many others there are.
    public let count: Int

    /// Makes it.
    public init(older: Int64?, newer: Int64?, count: Int) {
      self.older = older
      self.newer = newer
      self.count = count
    }
  }

  /// A live request of another connection that makes the same claims: what the vault knows of it.
  public struct Twin: Hashable, Sendable {
    /// Its number.
    public let id: Int64
    /// Where it stands: the word of a state.
    public let state: String
    /// Who made it.
    public let requester: Subject
    /// The name of that account, where the account database had one.
    public let account: String?
    /// When it was made, in milliseconds since the epoch.
    public let created: Int64
    /// Where it came from; nil where that is not known since a restart.
    public let origin: RequestOrigin?
    /// Whether it asks for the same versions of the same secrets.
    public let hasSameSecrets: Bool

    /// Makes it.
    public init(
      id: Int64, state: String, requester: Subject, account: String?, created: Int64,
      origin: RequestOrigin?, hasSameSecrets: Bool
    ) {
      self.id = id
      self.state = state
      self.requester = requester
      self.account = account
      self.created = created
      self.origin = origin
      self.hasSameSecrets = hasSameSecrets
    }
  }
}
