public import VaultCore

/// A variable with its value, which is no secret.
public struct VariableView: DescribedView, ListItem, Hashable {
  /// The variable's name.
  public let name: String
  /// Its value.
  public let value: String
  /// When it was set, in milliseconds since the epoch.
  public let updated: Int64
  /// The uid that set it.
  public let updatedBy: UInt32

  /// What `after` takes to continue behind this one.
  public var cursor: String { name }

  /// Its members.
  public static let shape = Shape<VariableView>(
    Member("name", \.name, .text),
    Member("value", \.value, .text),
    Member("updated", \.updated, .time),
    Member("updated_by", \.updatedBy, .accountNumber),
    as: VariableView.init)
}

extension VariableView {
  /// Makes the view.
  public init(variable: Variable) {
    self.init(
      name: variable.name.text, value: variable.value, updated: variable.updated,
      updatedBy: variable.updater)
  }
}
