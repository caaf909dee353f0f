/// What `secret.import` answers until it is committed.
public struct SecretImportOpenView: Hashable, Sendable {
  /// The environment's name.
  public let environment: String
  /// How many secrets the import was opened for.
  public let names: Int64
  /// How many of their values have come.
  public let staged: Int64

  /// Makes the view.
  public init(environment: String, names: Int64, staged: Int64) {
    self.environment = environment
    self.names = names
    self.staged = staged
  }
}

/// What the commit of `secret.import` answers.
public struct SecretImportedView: Hashable, Sendable {
  /// The environment's name.
  public let environment: String
  /// Whether nothing was set.
  public let dryRun: Bool
  /// How many secrets had no value, had another, had this one.
  public let new, changed, same: Int64
  /// The secrets, in the order in which the import named them.
  public let items: [ImportedSecretView]
  /// How many of them are left out.
  public let more: Int64

  /// Makes the view.
  public init(
    environment: String, dryRun: Bool, new: Int, changed: Int, same: Int,
    items: [ImportedSecretView]
  ) {
    self.init(
      environment: environment, dryRun: dryRun, new: Int64(new), changed: Int64(changed),
      same: Int64(same), items: items, more: 0)
  }

  package init(
    environment: String, dryRun: Bool, new: Int64, changed: Int64, same: Int64,
    items: [ImportedSecretView], more: Int64
  ) {
    self.environment = environment
    self.dryRun = dryRun
    self.new = new
    self.changed = changed
    self.same = same
    self.items = items
    self.more = more
  }
}

/// What an import did to one secret, or would do.
public struct ImportedSecretView: Hashable, Sendable {
  /// The environment's name.
  public let environment: String
  /// The secret's name.
  public let name: String
  /// Its current version, or the one that it would have.
  public let version: Int64
  /// `new`, `changed`, or `same`: then nothing is set.
  public let change: String
  /// Other environments' secrets that hold the same value, as `production/NAME`, as far as the caller may set them.
  public let sameValue: [String]
  /// The versions beyond the newest that were dropped.
  public let pruned: [Int64]

  /// Makes the view.
  public init(
    environment: String, name: String, version: Int64, change: String, sameValue: [String] = [],
    pruned: [Int64] = []
  ) {
    self.environment = environment
    self.name = name
    self.version = version
    self.change = change
    self.sameValue = sameValue
    self.pruned = pruned
  }
}
