public import SecretMemory
public import VaultCore

/// A secret or a variable: what is said to make it or to delete it.
///
/// `secret.create` makes a name that writers set. `secret.delete` deletes a secret with all its versions, and a new one
/// of its name goes on counting. `variable.delete` deletes a variable.
public struct SecretPlace: Sendable {
  /// The environment.
  public let environment: EnvironmentName
  /// The secret or the variable.
  public let name: SecretName

  /// Names it.
  public init(environment: EnvironmentName, name: SecretName) {
    self.environment = environment
    self.name = name
  }
}

/// A version of a secret: what is said to change its state.
///
/// After `secret.disable` it cannot be read until `secret.enable`. `secret.destroy` deletes its ciphertext for good;
/// again, it confirms that nothing is left of it.
public struct VersionPlace: Sendable {
  /// The environment.
  public let environment: EnvironmentName
  /// The secret.
  public let name: SecretName
  /// The version.
  public let version: Int64

  /// Names it.
  public init(environment: EnvironmentName, name: SecretName, version: Int64) {
    self.environment = environment
    self.name = name
    self.version = version
  }
}

/// `secret.list` and `variable.list`: the secrets of an environment, with their versions and never a value, or its
/// variables with their values; by name.
public struct NameList: Sendable {
  /// The environment.
  public let environment: EnvironmentName
  /// Only those behind this name.
  public let after: SecretName?
  /// At most so many, 1 to ``ProtocolLimits/mostItems``.
  public let limit: Int

  /// Makes the parameters.
  public init(
    environment: EnvironmentName, after: SecretName? = nil, limit: Int = ProtocolLimits.usualItems
  ) {
    self.environment = environment
    self.after = after
    self.limit = limit
  }
}

/// `secret.set`: a new version of a secret.
public struct SecretSet: Sendable {
  /// The environment.
  public let environment: EnvironmentName
  /// The secret.
  public let name: SecretName
  /// Its new value, byte for byte.
  public let value: SecretBuffer
  /// Check-and-set: nil unconditional, 0 the secret must not exist, N must be its current version.
  public let cas: Int64?
  /// Whether the older versions have leaked: they are disabled, and the grants that hold one are revoked.
  public let revokePrevious: Bool

  /// Makes the parameters.
  public init(
    environment: EnvironmentName, name: SecretName, value: SecretBuffer, cas: Int64? = nil,
    revokePrevious: Bool = false
  ) {
    self.environment = environment
    self.name = name
    self.value = value
    self.cas = cas
    self.revokePrevious = revokePrevious
  }
}

/// `secret.import`: many secrets at once, all of them or none, in a series of calls on one connection.
public struct SecretImport: Sendable {
  /// What one call of the series does.
  public enum Step: Sendable {
    /// Opens an import for these secrets; what the connection had open is dropped. A dry run sets nothing.
    case open(names: [SecretName], dryRun: Bool)
    /// Brings the value of one of them.
    case put(name: SecretName, value: SecretBuffer)
    /// Makes all values current. `allowEmpty`: also those that empty a secret.
    case commit(allowEmpty: Bool)
  }

  /// The environment.
  public let environment: EnvironmentName
  /// What is to be done.
  public let step: Step

  /// Makes the parameters.
  public init(environment: EnvironmentName, _ step: Step) {
    self.environment = environment
    self.step = step
  }

  /// The value that it brings.
  package var value: SecretBuffer? { if case .put(_, let value) = step { value } else { nil } }
}

/// `secret.get`: one value, from an unprotected environment or under a grant. Never makes a request.
public struct SecretGet: Sendable {
  /// The environment.
  public let environment: EnvironmentName
  /// The secret.
  public let name: SecretName
  /// The request whose grant it is read under; nil reads only what nothing protects.
  public let request: Int64?
  /// The request's ticket, where another connection made it.
  public let ticket: SecretBuffer?

  /// Makes the parameters.
  public init(
    environment: EnvironmentName, name: SecretName, request: Int64? = nil,
    ticket: SecretBuffer? = nil
  ) {
    self.environment = environment
    self.name = name
    self.request = request
    self.ticket = ticket
  }
}

/// `secret.versions`: the versions of a secret, oldest first, with who has read them.
public struct SecretVersions: Sendable {
  /// The environment.
  public let environment: EnvironmentName
  /// The secret.
  public let name: SecretName
  /// Only versions behind this one.
  public let after: Int64?
  /// At most so many, 1 to ``ProtocolLimits/mostItems``.
  public let limit: Int

  /// Makes the parameters.
  public init(
    environment: EnvironmentName, name: SecretName, after: Int64? = nil,
    limit: Int = ProtocolLimits.usualItems
  ) {
    self.environment = environment
    self.name = name
    self.after = after
    self.limit = limit
  }
}

/// `secret.rollback`: seals the value of an older version as a new one.
public struct SecretRollback: Sendable {
  /// The environment.
  public let environment: EnvironmentName
  /// The secret.
  public let name: SecretName
  /// The version whose value comes back; it must be enabled.
  public let to: Int64
  /// Check-and-set: nil unconditional, else the secret's current version.
  public let cas: Int64?

  /// Makes the parameters.
  public init(environment: EnvironmentName, name: SecretName, to: Int64, cas: Int64? = nil) {
    self.environment = environment
    self.name = name
    self.to = to
    self.cas = cas
  }
}
