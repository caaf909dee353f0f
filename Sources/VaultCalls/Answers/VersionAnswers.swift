public import VaultCore

/// A version of a secret in a list.
public struct SecretVersionView: Hashable, Sendable {
  /// Its number.
  public let version: Int64
  /// `enabled`, `disabled` or `destroyed`.
  public let state: String
  /// Whether new requests get it.
  public let isCurrent: Bool
  /// How many live requests are pinned to it.
  public let pinned: Int64
  /// When it was set, in milliseconds since the epoch.
  public let created: Int64
  /// The uid that set it.
  public let createdBy: UInt32
  /// Who has read it, the latest first; empty for those who need not know.
  public let readers: [ReaderView]
  /// How many more have.
  public let moreReaders: Int64

  /// Makes the view.
  public init(
    version: SecretVersion, isCurrent: Bool, pinned: Int, readers: [ReaderView], moreReaders: Int
  ) {
    self.init(
      number: version.version, state: version.state.text, isCurrent: isCurrent,
      pinned: Int64(pinned), created: version.created, createdBy: version.creator,
      readers: readers, moreReaders: Int64(moreReaders))
  }

  package init(
    number: Int64, state: String, isCurrent: Bool, pinned: Int64, created: Int64,
    createdBy: UInt32, readers: [ReaderView], moreReaders: Int64
  ) {
    version = number
    self.state = state
    self.isCurrent = isCurrent
    self.pinned = pinned
    self.created = created
    self.createdBy = createdBy
    self.readers = readers
    self.moreReaders = moreReaders
  }
}

/// What `secret.disable`, `secret.enable` and `secret.destroy` answer.
public struct SecretChangedView: Hashable, Sendable {
  /// The environment's name.
  public let environment: String
  /// The secret's name.
  public let name: String
  /// The version.
  public let version: Int64
  /// What may be done with it now.
  public let state: String
  /// Of a destroyed one: whether its ciphertext has left the write-ahead log too.
  public let isErased: Bool?

  /// Makes the view.
  public init(environment: String, version: SecretVersion, isErased: Bool?) {
    self.init(
      environment: environment, name: version.name.text, version: version.version,
      state: version.state.text, isErased: isErased)
  }

  package init(
    environment: String, name: String, version: Int64, state: String, isErased: Bool?
  ) {
    self.environment = environment
    self.name = name
    self.version = version
    self.state = state
    self.isErased = isErased
  }
}
