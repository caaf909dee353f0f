public import VaultCore

/// An account: its number, and its name where the account database had one; or a job socket, or a unit.
public struct AccountView: Hashable, Sendable {
  /// The uid; nil for what is no account.
  public let uid: UInt32?
  /// The name; `socket:NAME` for a job socket and `unit:NAME` for a unit, which no account can be called.
  public let account: String?

  /// Makes the view.
  public init(uid: UInt32?, account: String?) {
    self.uid = uid
    self.account = account
  }

  /// Makes the view.
  public init(_ subject: Subject, account: String?) {
    uid = subject.uid
    self.account = uid == nil ? subject.text : account
  }

  /// `runner (uid 998)`, `uid 998`, or `socket:gitlab`.
  public var text: String {
    guard let uid else { return account ?? "somebody" }
    return account.map { "\($0) (uid \(uid))" } ?? "uid \(uid)"
  }
}

/// One place where somebody is named, or has something open.
public struct PrincipalPlaceView: Hashable, Sendable {
  /// What `after` takes to continue behind this one: the environment's number, 0 for the configuration.
  public let cursor: Int64
  /// The environment's name; nil for what the configuration gives.
  public let environment: String?
  /// What they are there: `requester`, `writer`, `reviewer of rule 1`, `admin` …
  public let roles: [String]
  /// How they are named there, with the numbers that the names had.
  public let stored: String
  /// Whether a name and its number have parted, so that the place satisfies nothing.
  public let isStale: Bool
  /// Live requests that they made; of many an answer names the first.
  public let requests: [Int64]
  /// Live requests that they reviewed; of many an answer names the first.
  public let reviews: [Int64]
  /// Those among them in which what they said no longer counts.
  public let staleReviews: [Int64]

  /// Makes the view.
  public init(
    cursor: Int64, environment: String?, roles: [String], stored: String, isStale: Bool,
    requests: [Int64], reviews: [Int64], staleReviews: [Int64] = []
  ) {
    self.cursor = cursor
    self.environment = environment
    self.roles = roles
    self.stored = stored
    self.isStale = isStale
    self.requests = requests
    self.reviews = reviews
    self.staleReviews = staleReviews
  }

  /// The principals with the numbers that their names had, each once: whoever has several roles somewhere is named
  /// there several times.
  package static func text(of stored: [Principal]) -> String {
    var texts: [String] = []
    for text in stored.map(\.numbered) where !texts.contains(text) { texts.append(text) }
    return texts.joined(separator: ", ")
  }
}

extension Principal {
  /// The principal with the number that its name had: `user:alice (uid 1001)`.
  fileprivate var numbered: String {
    switch self {
    case .user(_, let uid): "\(text) (uid \(uid))"
    case .group(_, let gid): "\(text) (gid \(gid))"
    case .uid, .gid, .socket: text
    }
  }
}

/// What `principal.remove` answers.
public struct PrincipalRemovedView: Hashable, Sendable {
  /// Who.
  public let principal: String
  /// The environments whose gates named them; of many an answer names the first.
  public let environments: [String]
  /// How many approved requests went back to waiting.
  public let reset: Int64
  /// How many of their requests were cancelled.
  public let cancelled: Int64
  /// How many grants of theirs, or by their approval, were revoked.
  public let revoked: Int64
  /// The roles that the configuration still gives.
  public let standing: [String]

  /// Makes the view.
  public init(
    principal: String, environments: [String], reset: Int64, cancelled: Int64, revoked: Int64,
    standing: [String]
  ) {
    self.principal = principal
    self.environments = environments
    self.reset = reset
    self.cancelled = cancelled
    self.revoked = revoked
    self.standing = standing
  }
}
