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
  /// The highest number of a request that was activated while one grant at a time was allowed; 0 before
  /// the first.
  public var lastActivated: Int64
  /// The names of its secrets and variables.
  public var names: NameRegister
  /// Set by ``deleted(by:)`` alone, and never taken back: from then on the environment is unknown to everybody.
  /// Its name stays taken until the last of its rows is gone, this one.
  public private(set) var deletion: NamedSubject?
  /// Which of its keys are in use. A rotation changes them and no gate, so it raises no revision.
  public var keys: KeyGenerations

  /// Makes an environment.
  public init(
    id: Int64, name: EnvironmentName, revision: Int64, gate: Gate, created: Int64, creator: UInt32,
    lastActivated: Int64 = 0,
    deletion: NamedSubject? = nil, names: NameRegister = NameRegister(),
    keys: KeyGenerations? = nil
  ) {
    self.keys = keys ?? KeyGenerations(since: created)
    self.deletion = deletion
    self.id = id
    self.name = name
    self.revision = revision
    self.gate = gate
    self.created = created
    self.creator = creator
    self.names = names
    self.lastActivated = lastActivated
  }

  /// The newer request whose activation has outdated a request; nil where none has, or where the gate lets
  /// an older one follow a newer one.
  public func newerActivated(than request: Int64) -> Int64? {
    gate.inOrder && request < lastActivated ? lastActivated : nil
  }

  /// The environment with the mark of its deletion, and on whose behalf it goes.
  public func deleted(by initiator: NamedSubject) -> Environment {
    var next = self
    next.revision += 1
    next.deletion = initiator
    return next
  }
}

/// Which of an environment's keys are in use: records are sealed under the current one, and none is left under a key
/// before the oldest.
public struct KeyGenerations: Hashable, Sendable {
  /// The one that seals, from 1.
  public let current: UInt32
  /// The first under which there may be records.
  public let oldest: UInt32
  /// When the current one was made, in milliseconds since the epoch.
  public let since: Int64

  /// The first key.
  public init(since: Int64) {
    (current, oldest) = (1, 1)
    self.since = since
  }

  /// Those of a stored environment; nil where they cannot be.
  init?(current: UInt32, oldest: UInt32, since: Int64) {
    guard oldest >= 1, oldest <= current else { return nil }
    (self.current, self.oldest, self.since) = (current, oldest, since)
  }

  private init(_ current: UInt32, _ oldest: UInt32, _ since: Int64) {
    (self.current, self.oldest, self.since) = (current, oldest, since)
  }

  /// Whether records are to be sealed anew.
  public var isRotating: Bool { oldest < current }

  /// Whether records may be under a key.
  public func contains(_ generation: UInt32) -> Bool { (oldest...current).contains(generation) }

  /// With a new key, beside the older ones. Nil where there have been as many as can be counted.
  public func rotated(at wall: Int64) -> KeyGenerations? {
    current == .max ? nil : KeyGenerations(current + 1, oldest, wall)
  }

  /// Without the older ones.
  public var settled: KeyGenerations { KeyGenerations(current, current, since) }
}
