public import VaultCalls
public import VaultCore

extension SecretView: DescribedView, ListItem {
  /// What `after` takes to continue behind this one.
  public var cursor: String { name }

  /// Its members.
  public static let shape = Shape<SecretView>(
    Member(optional: "environment", \.environment, .text),
    Member("name", \.name, .text),
    Member("version", \.version, .integer),
    Member("state", \.state, .text),
    Member("reserved", \.reserved, .nullable(.text)),
    Member("steers", \.steers, .nullable(.text)),
    Member("updated", \.updated, .time),
    Member("updated_by", \.updatedBy, .accountNumber),
    Member(optional: "due", \.due, .time),
    as: SecretView.init(
      environment:name:version:state:reserved:steers:updated:updatedBy:due:))
}

/// A secret at one version, named in a request or an audit record.
public struct PinnedSecretView: DescribedView, Hashable {
  /// The secret's name.
  public let name: String
  /// The version.
  public let version: Int64
  /// Whether no approved request of the environment has held that name.
  public let isNew: Bool
  /// `disabled`, `destroyed` or `deleted` where that version cannot be read, and so the request cannot be used as it
  /// is; nil where it can.
  public let state: String?
  /// The current version of that secret, where it is another one.
  public let current: Int64?

  /// Its members.
  public static let shape = Shape<PinnedSecretView>(
    Member("name", \.name, .text),
    Member("version", \.version, .integer),
    Member("new", \.isNew, .bool, unless: false),
    Member(optional: "state", \.state, .text),
    Member(optional: "current", \.current, .integer),
    as: PinnedSecretView.init)
}

extension PinnedSecretView {
  /// Makes the view.
  public init(
    _ secret: PinnedSecret, isNew: Bool = false, state: String? = nil, current: Int64? = nil
  ) {
    self.init(
      name: secret.name.text, version: secret.version, isNew: isNew, state: state, current: current)
  }
}
