public import VaultCore

/// An environment as its caller may see it.
public struct EnvironmentAnswer: Sendable {
  /// The environment.
  public let environment: Environment
  /// The caller's roles in it, those of the configuration included.
  public let roles: Roles
  /// Where an edit has just protected it: the names that writers had made before.
  public package(set) var madeByWriters: [SecretName]

  /// Makes an answer.
  public init(environment: Environment, roles: Roles, madeByWriters: [SecretName] = []) {
    self.environment = environment
    self.roles = roles
    self.madeByWriters = madeByWriters
  }
}

/// What `environment.delete` answers.
public struct EnvironmentDeletedView: Hashable, Sendable {
  /// The environment's name.
  public let name: String
  /// How many secrets went with it.
  public let secrets: Int64
  /// How many variables went with it.
  public let variables: Int64
  /// How many requests that waited or were approved were cancelled.
  public let cancelled: Int64
  /// Whether the ciphertexts have left the write-ahead log too.
  public package(set) var isErased: Bool

  /// Makes the view.
  public init(name: String, secrets: Int64, variables: Int64, cancelled: Int64, isErased: Bool) {
    self.name = name
    self.secrets = secrets
    self.variables = variables
    self.cancelled = cancelled
    self.isErased = isErased
  }
}
