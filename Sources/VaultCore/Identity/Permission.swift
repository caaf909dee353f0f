/// One row of *Who may do what*: what lets somebody do something. Roles add up and none implies another.
///
/// It is the mechanism, not a description of one: the engine asks the row of an action before it decides
/// anything about it. The article *Who may do what* says the same for people, and a test compares both
/// over real accounts.
public struct Permission: Hashable, Sendable {
  /// Any of these, by configuration or in the environment that it is about, is enough.
  public let roles: Roles
  /// Whoever made the request may, by its connection or with its ticket.
  public let asker: Bool
  /// Whoever is the request's own principal may: see that it is there, and where it stands.
  public let own: Bool
  /// Everybody who can connect may.
  public let everyone: Bool

  init(_ roles: Roles, asker: Bool = false, own: Bool = false, everyone: Bool = false) {
    self.roles = roles
    self.asker = asker
    self.own = own
    self.everyone = everyone
  }

  /// Whether somebody may by it who may not ask, so that it matters where they come from.
  public var givesMoreThanAsking: Bool { everyone || !roles.isSubset(of: .requester) }

  /// Nobody who connects: what the vault does by itself.
  public static let nobody = Permission([])
  /// Everybody who can connect.
  public static let everybody = Permission([], everyone: true)
  /// Whoever has anything to do with an environment.
  public static let see = Permission([.requester, .reviewer, .writer, .auditor, .admin])
  /// Who runs the vault.
  public static let administer = Permission([.admin])
  /// Who sets an environment's secrets and variables.
  public static let write = Permission([.writer, .admin])
  /// Who asks for an environment's secrets.
  public static let ask = Permission([.requester])
  /// Who made a request.
  public static let use = Permission([], asker: true)
  /// Who made a request, or runs the vault.
  public static let withdraw = Permission([.admin], asker: true)
  /// Who looks at a request.
  public static let follow = Permission([.reviewer, .auditor, .admin], own: true)
  /// Who answers a request.
  public static let review = Permission([.reviewer])
  /// Who takes back what was granted.
  public static let revoke = Permission([.reviewer, .admin])
  /// Who reads the record.
  public static let audit = Permission([.auditor, .admin])
}
