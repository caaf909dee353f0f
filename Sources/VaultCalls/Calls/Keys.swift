public import VaultCore

/// `key.status`: the vault's keys, then those of its environments in the order of their numbers.
public struct KeyStatus: Sendable {
  /// The environment behind which the page begins; nil for the vault's own keys, too.
  public let after: Int64?
  /// How many environments a page has at most.
  public let limit: Int

  /// Makes the parameters.
  public init(after: Int64? = nil, limit: Int = ProtocolLimits.usualItems) {
    self.after = after
    self.limit = limit
  }
}

/// `key.rotate`: a new key for an environment, under which all of its values come to be encrypted; or a new root key,
/// which root has put beside the present one.
public struct KeyRotate: Sendable {
  /// Which key.
  public enum Target: Sendable {
    /// An environment's.
    case environment(EnvironmentName)
    /// The root key.
    case root
  }

  /// Which key.
  public let target: Target

  /// Makes the parameters.
  public init(_ target: Target) { self.target = target }
}
