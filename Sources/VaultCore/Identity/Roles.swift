/// The roles that somebody has; they add up and none implies another.
public struct Roles: OptionSet, Sendable, Hashable {
  /// The bits.
  public let rawValue: UInt8

  /// Makes a set of roles.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Creates environments, sets secrets; reads none. From the configuration.
  public static let admin = Roles(rawValue: 1)
  /// Reads the record. From the configuration.
  public static let auditor = Roles(rawValue: 2)
  /// May ask for an environment's secrets. From its gate.
  public static let requester = Roles(rawValue: 4)
  /// Named by a rule of an environment's gate.
  public static let reviewer = Roles(rawValue: 8)

  /// The words for the roles, in a fixed order.
  public var texts: [String] {
    var texts: [String] = []
    if contains(.admin) { texts.append("admin") }
    if contains(.auditor) { texts.append("auditor") }
    if contains(.requester) { texts.append("requester") }
    if contains(.reviewer) { texts.append("reviewer") }
    return texts
  }
}

/// Who holds the roles that the configuration gives.
public struct Standing: Sendable, Hashable {
  /// The admins.
  public var admins: [Principal]
  /// The auditors.
  public var auditors: [Principal]

  /// Makes the lists; both may be empty, which means nobody.
  public init(admins: [Principal], auditors: [Principal]) {
    self.admins = admins
    self.auditors = auditors
  }

  /// The caller's roles by configuration.
  public func roles(of caller: Caller) throws(AccountNeeded) -> Roles {
    var roles: Roles = []
    if try !admins.matching(caller).isEmpty { roles.insert(.admin) }
    if try !auditors.matching(caller).isEmpty { roles.insert(.auditor) }
    return roles
  }
}

extension Gate {
  /// The caller's roles in an environment with this gate.
  public func roles(of caller: Caller) throws(AccountNeeded) -> Roles {
    var roles: Roles = []
    if try requesters.include(caller) { roles.insert(.requester) }
    if try !rules.flatMap(\.reviewers).matching(caller).isEmpty { roles.insert(.reviewer) }
    return roles
  }
}
