public import VaultCore

/// A secret or a variable by its name, where nothing else of it is told.
public struct PlaceView: Hashable, Sendable {
  /// The environment's name.
  public let environment: String
  /// The name of the secret or of the variable.
  public let name: String

  /// Makes the view.
  public init(environment: String, name: SecretName) {
    self.init(environment: environment, text: name.text)
  }

  package init(environment: String, text: String) {
    self.environment = environment
    name = text
  }
}

/// What `secret.create` answers.
public typealias SecretCreatedView = PlaceView

/// What `variable.delete` answers.
public typealias VariableDeletedView = PlaceView

/// What `secret.set` and `secret.rollback` answer: the version that the value got, and what came with it.
public struct SecretSetView: Hashable, Sendable {
  /// What became of the older versions, which have leaked.
  public struct Revocation: Hashable, Sendable {
    /// The versions that were disabled.
    public let disabled: [Int64]
    /// The requests whose grants were revoked.
    public let revoked: [Int64]
    /// Who had read the older versions.
    public let readers: [ReaderView]

    /// Makes it.
    public init(disabled: [Int64], revoked: [Int64], readers: [ReaderView]) {
      self.disabled = disabled
      self.revoked = revoked
      self.readers = readers
    }
  }

  /// The environment's name.
  public let environment: String
  /// The secret's name.
  public let name: String
  /// The new version.
  public let version: Int64
  /// Other environments' secrets that hold the same value, as `production/NAME`, as far as the caller may set them.
  public let sameValue: [String]
  /// The versions beyond the newest that were dropped.
  public let pruned: [Int64]
  /// What became of the older versions, where that was asked for.
  public let revocation: Revocation?

  /// Makes the view.
  public init(
    environment: String, name: SecretName, version: Int64, sameValue: [String] = [],
    pruned: [Int64] = [], revocation: Revocation? = nil
  ) {
    self.init(
      environment: environment, text: name.text, version: version, sameValue: sameValue,
      pruned: pruned, revocation: revocation)
  }

  package init(
    environment: String, text: String, version: Int64, sameValue: [String], pruned: [Int64],
    revocation: Revocation?
  ) {
    self.environment = environment
    name = text
    self.version = version
    self.sameValue = sameValue
    self.pruned = pruned
    self.revocation = revocation
  }
}

/// Somebody who has read a version.
public struct ReaderView: Hashable, Sendable {
  /// The version.
  public let version: Int64
  /// The account; nil for a job socket.
  public let uid: UInt32?
  /// Its name, where the account database had one; `socket:NAME` for a job socket.
  public let account: String?
  /// The first read, in milliseconds since the epoch.
  public let first: Int64
  /// The last read.
  public let last: Int64
  /// How many reads there were.
  public let count: Int64

  /// Makes the view.
  public init(
    version: Int64, uid: UInt32?, account: String?, first: Int64, last: Int64, count: Int64
  ) {
    self.version = version
    self.uid = uid
    self.account = account
    self.first = first
    self.last = last
    self.count = count
  }
}

/// A secret in a list: everything but its value.
public struct SecretView: Hashable, Sendable {
  /// The environment's name; nil where the daemon is older than this member.
  public let environment: String?
  /// The secret's name.
  public let name: String
  /// Its current version; 0 where nobody has set it yet.
  public let version: Int64
  /// What may be done with that version: `enabled`, `disabled`, `destroyed`; `empty` where there is none.
  public let state: String
  /// How strictly its name is reserved: `never` or `allowable`; nil where it is free, or its gate allows it.
  public let reserved: String?
  /// What a variable of that name steers, where it is reserved.
  public let steers: String?
  /// When that version was set, or the name made, in milliseconds since the epoch.
  public let updated: Int64
  /// The uid that did.
  public let updatedBy: UInt32
  /// When it should get a new value, by the rotation period of its environment; nil where there is none, or no
  /// version yet.
  public let due: Int64?

  /// Makes the view.
  /// - Parameters:
  ///   - environment: the environment's name.
  ///   - state: that of the current version; nil where there is none yet.
  ///   - reservation: why the name is reserved, where it is and its gate does not allow it.
  ///   - rotationPeriod: the environment's, in milliseconds.
  public init(
    environment: String, secret: Secret, state: SecretVersion.State?,
    reservation: ReservedNames.Reservation? = nil, rotationPeriod: Int64? = nil
  ) {
    self.init(
      environment: environment, name: secret.name.text, version: state == nil ? 0 : secret.current,
      state: state?.text ?? "empty", reserved: reservation?.grade.rawValue,
      steers: reservation?.steers, updated: secret.updated, updatedBy: secret.updater,
      due: state == nil ? nil : rotationPeriod.map { secret.updated.addingSaturating($0) })
  }

  package init(
    environment: String?, name: String, version: Int64, state: String, reserved: String?,
    steers: String?, updated: Int64, updatedBy: UInt32, due: Int64?
  ) {
    self.environment = environment
    self.name = name
    self.version = version
    self.state = state
    self.reserved = reserved
    self.steers = steers
    self.updated = updated
    self.updatedBy = updatedBy
    self.due = due
  }
}

/// What `secret.delete` answers.
public struct SecretDeletedView: Hashable, Sendable {
  /// The environment's name.
  public let environment: String
  /// The secret's name.
  public let name: String
  /// How many versions went with it.
  public let versions: Int64
  /// Whether their ciphertexts have left the write-ahead log too.
  public let isErased: Bool

  /// Makes the view.
  public init(environment: String, name: SecretName, versions: Int64, isErased: Bool) {
    self.init(environment: environment, text: name.text, versions: versions, isErased: isErased)
  }

  package init(environment: String, text: String, versions: Int64, isErased: Bool) {
    self.environment = environment
    name = text
    self.versions = versions
    self.isErased = isErased
  }
}
