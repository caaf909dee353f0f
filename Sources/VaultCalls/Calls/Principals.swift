public import VaultCore

/// `principal.get`: where somebody is named, and what is open of theirs.
public struct PrincipalGet: Sendable {
  /// Who.
  public let principal: PrincipalName
  /// Only places behind this number: the `next` of the page before.
  public let after: Int64?
  /// At most so many, 1 to ``ProtocolLimits/mostItems``.
  public let limit: Int

  /// Makes the parameters.
  public init(
    principal: PrincipalName, after: Int64? = nil, limit: Int = ProtocolLimits.usualItems
  ) {
    self.principal = principal
    self.after = after
    self.limit = limit
  }
}

/// `principal.remove`: takes somebody out of every gate, in one transaction or not at all.
public struct PrincipalRemove: Sendable {
  /// Who.
  public let principal: PrincipalName

  /// Makes the parameters.
  public init(principal: PrincipalName) { self.principal = principal }
}
