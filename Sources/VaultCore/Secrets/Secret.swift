/// A secret's life without its values: which version is current, and which number comes next.
public struct Secret: Hashable, Sendable {
  /// Whether there is a secret of this name.
  public enum Life: UInt8, Sendable {
    /// It has a current version.
    case set = 0
    /// It was deleted: only its number is kept, so that a secret of its name goes on counting and no
    /// request pinned to an old version gets a new value.
    case deleted = 1
    /// An admin made its name, and nobody has set it yet.
    case empty = 2
  }

  /// The environment it belongs to.
  public let environment: Int64
  /// Its name.
  public let name: SecretName
  /// Raised by each change of this row.
  public var revision: Int64
  /// The newest number of a version; the current one where it is set. Versions count from 1, and no number
  /// is used again.
  public var current: Int64
  /// Whether there is such a secret, and whether it has a version.
  public let life: Life
  /// The versions up to this number are gone, though rows of them may still be there: set by a deletion, and by an
  /// import that drops old ones; never set back: a new version keeps it.
  public let removed: Int64
  /// When the current version was set, in milliseconds since the epoch.
  public var updated: Int64
  /// The uid that set the current version.
  public var updater: UInt32

  /// Makes a secret.
  public init(
    environment: Int64, name: SecretName, revision: Int64, current: Int64,
    life: Life = .set, removed: Int64 = 0, updated: Int64, updater: UInt32
  ) {
    self.removed = removed
    self.environment = environment
    self.name = name
    self.revision = revision
    self.current = current
    self.life = life
    self.updated = updated
    self.updater = updater
  }

  /// Whether there is a secret of this name, with a version or without.
  public var isLive: Bool { life != .deleted }

  /// The secret without its versions: only its number goes on counting.
  public func deleted(by uid: UInt32, at wall: Int64) -> Secret {
    Secret(
      environment: environment, name: name, revision: revision + 1, current: current,
      life: .deleted, removed: current, updated: wall, updater: uid)
  }
}

/// A secret of a request whose pinned version cannot be read.
public struct UnusableSecret: Hashable, Sendable {
  /// Its name.
  public let name: SecretName
  /// What may be done with the version; nil where it was deleted.
  public let state: SecretVersion.State?

  /// Names it.
  public init(name: SecretName, state: SecretVersion.State?) {
    self.name = name
    self.state = state
  }

  /// Whether nothing brings it back.
  public var isGone: Bool { state == nil || state == .destroyed }

  /// The word for it on the wire.
  public var text: String { state?.text ?? "deleted" }
}

/// One version of a secret: what decides whether it may be opened, beside the sealed record itself.
public struct SecretVersion: Hashable, Sendable {
  /// What may be done with a version.
  public enum State: UInt8, Sendable {
    /// It can be read through the gate.
    case enabled = 1
    /// It cannot be read until it is enabled again.
    case disabled = 2
    /// Its ciphertext is gone for good.
    case destroyed = 3

    /// The word for it on the wire.
    public var text: String {
      switch self {
      case .enabled: "enabled"
      case .disabled: "disabled"
      case .destroyed: "destroyed"
      }
    }
  }

  /// The environment it belongs to.
  public let environment: Int64
  /// The secret it is a version of.
  public let name: SecretName
  /// The number of the version, from 1.
  public let version: Int64
  /// Raised by each change of this row.
  public var revision: Int64
  /// Whether it may be read.
  public var state: State
  /// SHA-256 of the sealed record: the row's own seal then covers the ciphertext too. Empty where that is
  /// destroyed.
  public var recordDigest: [UInt8]
  /// A keyed fingerprint of the value, to notice the same value elsewhere; tells nothing without the key.
  /// Empty where the value is destroyed.
  public var fingerprint: [UInt8]
  /// When it was set, in milliseconds since the epoch.
  public let created: Int64
  /// The uid that set it.
  public let creator: UInt32

  /// Makes a version.
  public init(
    environment: Int64, name: SecretName, version: Int64, revision: Int64, state: State,
    recordDigest: [UInt8], fingerprint: [UInt8], created: Int64, creator: UInt32
  ) {
    self.environment = environment
    self.name = name
    self.version = version
    self.revision = revision
    self.state = state
    self.recordDigest = recordDigest
    self.fingerprint = fingerprint
    self.created = created
    self.creator = creator
  }
}
