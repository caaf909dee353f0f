public import SecretMemory
public import VaultCore

/// A request to be made.
public struct NewRequest: Sendable {
  /// The environment.
  public var environment: EnvironmentName
  /// The secrets; nil for all there are.
  public var secrets: [SecretName]?
  /// What the requester says.
  public var context: RequestContext
  /// Whether somebody must keep waiting on it.
  public var attended: Bool
  /// An older request of the same maker's that this one takes the place of.
  public var supersedes: Superseded?

  /// A request that a newer one ends, and the ticket that shows whose it is.
  public struct Superseded: Sendable {
    /// Its number.
    public var request: Int64
    /// Its ticket, where another connection made it.
    public var ticket: SecretBuffer?

    /// Names it.
    public init(request: Int64, ticket: SecretBuffer?) {
      self.request = request
      self.ticket = ticket
    }
  }

  /// Makes a wish.
  public init(
    environment: EnvironmentName, secrets: [SecretName]?, context: RequestContext, attended: Bool,
    supersedes: Superseded? = nil
  ) {
    self.supersedes = supersedes
    self.environment = environment
    self.secrets = secrets
    self.context = context
    self.attended = attended
  }
}

/// Which requests a list shows.
public struct RequestFilter: Sendable {
  /// Only of this environment.
  public var environment: EnvironmentName?
  /// Only in this state, by its word.
  public var state: String?
  /// Only those that name this secret.
  public var secret: SecretName?
  /// Only those that name it at this version.
  public var version: Int64?
  /// Only those made at this time or later, in milliseconds since the epoch.
  public var since: Int64?
  /// Only older than this number (lists go from new to old).
  public var before: Int64?
  /// At most so many.
  public var limit: Int

  /// Makes a filter.
  public init(
    environment: EnvironmentName? = nil, state: String? = nil, secret: SecretName? = nil,
    version: Int64? = nil, since: Int64? = nil, before: Int64? = nil, limit: Int
  ) {
    self.environment = environment
    self.state = state
    self.secret = secret
    self.version = version
    self.since = since
    self.before = before
    self.limit = limit
  }
}

/// Somebody, by what was typed, and who that is now.
public struct PrincipalQuery: Sendable {
  /// What was typed.
  public var name: PrincipalName
  /// What it is by the account database now; nil where there is no such account or group any more.
  public var current: Principal?

  /// Makes a query.
  public init(name: PrincipalName, current: Principal?) {
    self.name = name
    self.current = current
  }

  /// Whether a principal that a gate names is meant: named so, or the same number said without a name.
  func means(_ stored: Principal) -> Bool {
    if stored.isNamed(name) { return true }
    switch (name, stored) {
    case (.uid(let number), .user(_, let uid)): return number == uid
    case (.gid(let number), .group(_, let gid)): return number == gid
    case (.user, .uid(let uid)): return current == .some(.user(name: nameText, uid: uid))
    case (.group, .gid(let gid)): return current == .some(.group(name: nameText, gid: gid))
    default: return false
    }
  }

  /// Whether a stored principal satisfies nothing any more, since its name and number parted.
  func isStale(_ stored: Principal) -> Bool {
    switch stored {
    case .uid, .gid, .socket: false
    case .user, .group: stored.isNamed(name) ? stored != current : false
    }
  }

  /// Whether somebody is meant, an account by its number or by the name that it had.
  func means(_ subject: Subject, account: String?) -> Bool {
    switch name {
    case .uid(let number): subject == .account(number)
    case .user(let name): current?.uid.map { subject == .account($0) } ?? false || account == name
    case .socket(let name): subject == .socket(name)
    case .group, .gid: false
    }
  }

  private var nameText: String {
    switch name {
    case .user(let text), .group(let text): text
    case .uid, .gid, .socket: ""
    }
  }
}
