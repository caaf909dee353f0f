public import VaultCore

/// What became of an environment that was deleted.
public struct EnvironmentDeletion: Sendable {
  /// Its name.
  public let name: EnvironmentName
  /// How many secrets went with it.
  public let secrets: Int
  /// How many variables went with it.
  public let variables: Int
  /// How many requests that waited or were approved were cancelled.
  public let cancelled: Int
  /// Whether the ciphertexts have left the write-ahead log too.
  public var isErased = false
}

/// One place where somebody is named, or has something open.
public struct PrincipalPlace: Sendable {
  /// Where a list of places goes on behind this one: the environment's number, 0 for the configuration.
  public let cursor: Int64
  /// The environment's name; nil for the configuration.
  public let environment: EnvironmentName?
  /// What they are there.
  public let roles: [String]
  /// How they are named there, with the numbers that the names had.
  public let stored: [Principal]
  /// Whether a name and its number have parted, so that the place satisfies nothing.
  public let isStale: Bool
  /// Live requests that they made.
  public let requests: [Int64]
  /// Live requests that they reviewed.
  public let reviews: [Int64]
  /// Those among them in which what they said no longer counts.
  public let staleReviews: [Int64]
}

/// What was taken out with somebody.
public struct PrincipalRemoval: Sendable {
  /// Who.
  public let principal: PrincipalName
  /// The environments whose gates named them.
  public let environments: [EnvironmentName]
  /// How many approved requests went back to waiting.
  public let reset: Int
  /// How many of their requests were cancelled.
  public let cancelled: Int
  /// How many grants of theirs, or by their approval, were revoked.
  public let revoked: Int
  /// The roles that the configuration still gives.
  public let standing: [String]
}

/// What a new version of a secret came to.
public struct SecretSetAnswer: Sendable {
  /// What became of what was there before, where it has leaked.
  public struct Revocation: Sendable {
    /// The versions that were disabled.
    public let disabled: [Int64]
    /// The grants that were revoked.
    public let revoked: [Int64]
    /// Who had read the older versions.
    public let readers: [Reader]
  }

  /// The environment's name.
  public let environment: EnvironmentName
  /// The secret.
  public let name: SecretName
  /// The new version.
  public let version: Int64
  /// Other environments' secrets that hold the same value, as far as the caller may set them.
  public let sameValue: [String]
  /// The versions beyond the newest that were dropped.
  public let pruned: [Int64]
  /// What became of the older versions, where that was asked for.
  public let revocation: Revocation?
}

/// What an import did to one secret, or would do.
public struct ImportedSecret: Sendable {
  /// How the value stands to the secret's current one.
  public enum Change: String, Sendable {
    /// There was no value.
    case new
    case changed
    /// It is the current one: nothing is set.
    case same
  }

  /// The secret.
  public let name: SecretName
  /// Its current version, or the one that it would have.
  public let version: Int64
  /// What became of it.
  public let change: Change
  /// Other environments' secrets that hold the same value, as far as the caller may set them.
  public let sameValue: [String]
  /// The versions beyond the newest that were dropped.
  public let pruned: [Int64]
}

/// A secret in a list.
public struct SecretAnswer: Sendable {
  /// The secret.
  public let secret: Secret
  /// What may be done with its current version; nil where it has none yet.
  public let state: SecretVersion.State?
  /// Why its name is reserved, where it is and its gate does not allow it.
  public let reservation: ReservedNames.Reservation?
}

/// A version in a list.
public struct VersionAnswer: Sendable {
  /// The version.
  public let version: SecretVersion
  /// Whether new requests get it.
  public let isCurrent: Bool
  /// How many live requests are pinned to it.
  public let pinned: Int
  /// Who has read it, the latest first; empty for those who need not know.
  public let readers: [Reader]
  /// How many more have.
  public let moreReaders: Int
}

/// Somebody who has read a version.
public struct Reader: Sendable {
  /// The version.
  public let version: Int64
  /// Who.
  public let subject: Subject
  /// The account's name, where the account database had one.
  public let account: String?
  /// The first read, in milliseconds since the epoch.
  public let first: Int64
  /// The last read.
  public let last: Int64
  /// How many reads there were.
  public let count: Int64

  /// Who, by uid; nil for a job socket.
  public var uid: UInt32? { subject.uid }
}
