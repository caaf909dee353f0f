/// One key of the vault; it says nothing of the key itself.
public struct KeyView: Hashable, Sendable {
  /// Which key.
  public enum Kind: String, Sendable, CaseIterable {
    /// What opens the vault.
    case root
    /// What is to replace it.
    case nextRoot = "next_root"
    /// What encrypts backups.
    case backup
    /// What opens backups where the root key is lost.
    case recovery
    /// What encrypts the values of one environment.
    case environment
  }

  /// How far a change of it is.
  public enum State: String, Sendable, CaseIterable {
    /// There is none.
    case none
    /// Nothing is under way.
    case settled
    /// The next root key: it does not open everything yet.
    case wrapping
    /// The next root key: it opens everything, and is to be put in its place.
    case ready
    /// What an older one encrypted is being deleted.
    case sweeping
    /// Values under an older one are being encrypted under it.
    case rotating
  }

  /// What `after` takes to continue behind this one: the environment's number, 0 for a key of the vault.
  public let cursor: Int64
  /// Which key it is.
  public let kind: Kind
  /// The environment's name; nil for a key of the vault.
  public let environment: String?
  /// Its number, from 1; nil where there is none.
  public let generation: Int64?
  /// When it was made, in milliseconds since the epoch; nil where that is not known.
  public let since: Int64?
  /// How far a change of it is.
  public let state: State
  /// Of how many secrets the values are encrypted under it already; nil where nothing is under way.
  public let done: Int64?
  /// Of how many they are to be.
  public let total: Int64?

  /// Makes the view.
  public init(
    cursor: Int64 = 0, kind: Kind, environment: String? = nil, generation: Int64?, since: Int64?,
    state: State, done: Int64? = nil, total: Int64? = nil
  ) {
    self.cursor = cursor
    self.kind = kind
    self.environment = environment
    self.generation = generation
    self.since = since
    self.state = state
    self.done = done
    self.total = total
  }
}

/// What `key.rotate` answers.
public struct KeyRotatedView: Hashable, Sendable {
  /// The environment's name; nil for the root key.
  public let environment: String?
  /// The new key's number.
  public let generation: Int64
  /// Whether the older key and all that it encrypted are gone already, from the write-ahead log too. Of a root key:
  /// whether it opens everything already, beside the present one.
  public let isComplete: Bool

  /// Makes the view.
  public init(environment: String?, generation: Int64, isComplete: Bool) {
    self.environment = environment
    self.generation = generation
    self.isComplete = isComplete
  }
}
