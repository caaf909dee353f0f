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
  /// Set by ``deleted(by:)`` alone, and never taken back: from then on the environment is unknown to everybody.
  /// Its name stays taken until the last of its rows is gone, this one.
  public private(set) var deletion: NamedSubject?

  /// Makes an environment.
  public init(
    id: Int64, name: EnvironmentName, revision: Int64, gate: Gate, created: Int64, creator: UInt32,
    deletion: NamedSubject? = nil, names: NameRegister = NameRegister()
  ) {
    self.deletion = deletion
    self.id = id
    self.name = name
    self.revision = revision
    self.gate = gate
    self.created = created
    self.creator = creator
    self.names = names
  }

  /// The environment with the mark of its deletion, and on whose behalf it goes.
  public func deleted(by initiator: NamedSubject) -> Environment {
    var next = self
    next.revision += 1
    next.deletion = initiator
    return next
  }
}
