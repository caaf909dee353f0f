public import VaultCalls
public import VaultCore

/// What `environment.update` answers.
public struct EnvironmentChangedView: DescribedView, Hashable {
  /// The environment as it is now.
  public let environment: EnvironmentView
  /// What the edit changed, in words; empty where nothing.
  public let changes: [String]
  /// How many approved requests went back to waiting.
  public let reset: Int64
  /// Where the edit protects the environment: the names that writers had made before.
  public let madeByWriters: [String]
  /// How many more of them there are.
  public let moreByWriters: Int64

  /// Its members.
  public static let shape = Shape<EnvironmentChangedView>(
    Member("environment", \.environment, .view),
    Member("changes", \.changes, .list(.text)),
    Member("reset", \.reset, .integer),
    Member("made_by_writers", \.madeByWriters, .list(.text)),
    Member("more_by_writers", \.moreByWriters, .integer),
    as: EnvironmentChangedView.init)
}

extension EnvironmentChangedView {
  /// What the names may take, in bytes, so that the answer fits one line.
  private static let nameBytes = 8_192

  /// Makes the view.
  public init(
    environment: EnvironmentView, changes: [String], reset: Int, madeByWriters: [SecretName] = []
  ) {
    var room = Self.nameBytes
    let told = madeByWriters.map(\.text).prefix { name in
      room -= name.utf8.count + 3
      return room >= 0
    }
    self.init(
      environment: environment, changes: changes, reset: Int64(reset), madeByWriters: Array(told),
      moreByWriters: Int64(madeByWriters.count - told.count))
  }
}

extension EnvironmentDeletedView: DescribedView {
  /// Its members.
  public static let shape = Shape<EnvironmentDeletedView>(
    Member("name", \.name, .text),
    Member("secrets", \.secrets, .integer),
    Member("variables", \.variables, .integer),
    Member("cancelled", \.cancelled, .integer),
    Member("erased", \.isErased, .bool),
    as: EnvironmentDeletedView.init)
}
