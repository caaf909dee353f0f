/// An environment: a name, a gate, and what it has been through.
public struct Environment: Hashable, Sendable {
  /// The vault's own number for it, never used again.
  public let id: Int64
  /// Its name.
  public let name: EnvironmentName
  /// Raised by each edit of the gate; starts at 1.
  public var revision: Int64
  /// Its rules.
  public var gate: Gate
  /// When it was created, in milliseconds since the epoch.
  public let created: Int64
  /// The uid that created it.
  public let creator: UInt32
  /// The names of its secrets and variables.
  public var names: NameRegister

  /// Makes an environment.
  public init(
    id: Int64, name: EnvironmentName, revision: Int64, gate: Gate, created: Int64, creator: UInt32,
    names: NameRegister = NameRegister()
  ) {
    self.id = id
    self.name = name
    self.revision = revision
    self.gate = gate
    self.created = created
    self.creator = creator
    self.names = names
  }
}
