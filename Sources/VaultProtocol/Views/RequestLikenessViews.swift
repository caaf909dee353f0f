public import VaultCalls
public import VaultCore

/// Where a request came from: what the kernel and the daemon know, and no message says.
public struct OriginView: DescribedView, Hashable {
  /// The number of its connection, in this life of the daemon.
  public let connection: Int64
  /// The pid that the kernel noted when that connection was made; nil where it shows none.
  public let process: Int64?

  /// Its members.
  public static let shape = Shape<OriginView>(
    Member("connection", \.connection, .integer),
    Member("process", \.process, .nullable(.integer)),
    as: OriginView.init)
}

extension OriginView {
  /// Makes the view.
  public init(_ origin: RequestOrigin) {
    self.init(
      connection: Int64(clamping: origin.connection), process: origin.process.map { Int64($0) })
  }
}

/// Live requests that claim to be the same job, by its key: members of `claimed`, where the requester has set one.
public struct SameKeyView: Hashable, Sendable {
  /// The oldest of them, if it is older than this one.
  public let older: Int64?
  /// The newest of them, if it is newer.
  public let newer: Int64?
  /// How many others there are.
  public let count: Int64

  /// Its members, among those of what is claimed.
  static let shape = Shape<SameKeyView>(
    Member(optional: "older", \.older, .integer),
    Member(optional: "newer", \.newer, .integer),
    Member("same_key", \.count, .integer),
    as: SameKeyView.init)
}

extension SameKeyView {
  /// Makes the view.
  public init(_ sameKey: RequestLikeness.SameKey) {
    self.init(older: sameKey.older, newer: sameKey.newer, count: Int64(sameKey.count))
  }
}

/// A live request of another connection with the same claims: what the vault knows of it.
public struct TwinView: DescribedView, Hashable {
  /// Its number.
  public let id: Int64
  /// Where it stands; `waiting`, `approved` or `active`.
  public let state: String
  /// Who made it.
  public let requester: AccountView
  /// When it was made, in milliseconds since the epoch.
  public let created: Int64
  /// Where it came from; nil where that is not known since a restart of the daemon.
  public let origin: OriginView?
  /// Whether it asks for the same versions of the same secrets.
  public let hasSameSecrets: Bool

  /// Its members.
  public static let shape = Shape<TwinView>(
    Member("id", \.id, .integer),
    Member("state", \.state, .text),
    Member("requester", \.requester, .view),
    Member("created", \.created, .time),
    Member("origin", \.origin, .nullable(.view)),
    Member("same_secrets", \.hasSameSecrets, .bool),
    as: TwinView.init)
}

extension TwinView {
  /// Makes the view.
  public init(_ twin: RequestLikeness.Twin) {
    self.init(
      id: twin.id, state: twin.state,
      requester: AccountView(twin.requester, account: twin.account), created: twin.created,
      origin: twin.origin.map { OriginView($0) }, hasSameSecrets: twin.hasSameSecrets)
  }
}
