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
  /// Sets and rotates an environment's secrets, never its gate. From its gate.
  public static let writer = Roles(rawValue: 16)

  /// The words for the roles, in a fixed order.
  public var texts: [String] {
    var texts: [String] = []
    if contains(.admin) { texts.append("admin") }
    if contains(.auditor) { texts.append("auditor") }
    if contains(.requester) { texts.append("requester") }
    if contains(.reviewer) { texts.append("reviewer") }
    if contains(.writer) { texts.append("writer") }
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
    var found = RoleSearch()
    search(for: caller, &found)
    return try found.roles()
  }

  fileprivate func search(for caller: Caller, _ found: inout RoleSearch) {
    found.judge(.admin) { () throws(AccountNeeded) in !(try admins.empowering(caller).isEmpty) }
    found.judge(.auditor) { () throws(AccountNeeded) in !(try auditors.empowering(caller).isEmpty) }
  }
}

extension Gate {
  /// The caller's roles in an environment with this gate.
  /// - Parameters:
  ///   - caller: who asks.
  ///   - standing: what the configuration gives beside it; nobody has a role by default.
  public func roles(
    of caller: Caller, beside standing: Standing = Standing(admins: [], auditors: [])
  ) throws(AccountNeeded) -> Roles {
    var found = RoleSearch()
    standing.search(for: caller, &found)
    found.judge(.requester) { () throws(AccountNeeded) in try requesters.include(caller) }
    found.judge(.reviewer) { () throws(AccountNeeded) in
      !(try rules.flatMap(\.reviewers).empowering(caller).isEmpty)
    }
    found.judge(.writer) { () throws(AccountNeeded) in !(try writers.empowering(caller).isEmpty) }
    return try found.roles()
  }
}

/// Gathers the roles that are certain. Where one more depends on the account database it is asked
/// first; if it does not answer, what is certain without it still stands.
private struct RoleSearch {
  private var certain: Roles = []
  private var open: AccountNeeded?

  mutating func judge(_ role: Roles, _ holds: () throws(AccountNeeded) -> Bool) {
    do throws(AccountNeeded) {
      if try holds() { certain.insert(role) }
    } catch { open = error }
  }

  func roles() throws(AccountNeeded) -> Roles {
    if let open, !open.wasUnavailable || certain.isEmpty { throw open }
    return certain
  }
}
