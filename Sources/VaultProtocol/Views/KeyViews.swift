public import VaultCalls

extension KeyView: DescribedView, ListItem {
  /// Its members.
  public static let shape = Shape<KeyView>(
    Member("cursor", \.cursor, .integer),
    Member("key", \.kind, .word("no such key", Kind.init(rawValue:), \.rawValue)),
    Member("environment", \.environment, .nullable(.text)),
    Member("generation", \.generation, .nullable(.integer)),
    Member("since", \.since, .nullable(.time)),
    Member("state", \.state, .word("no such state", State.init(rawValue:), \.rawValue)),
    Member(optional: "done", \.done, .integer),
    Member(optional: "total", \.total, .integer),
    as: KeyView.init)
}

extension KeyRotatedView: DescribedView {
  /// Its members.
  public static let shape = Shape<KeyRotatedView>(
    Member("environment", \.environment, .nullable(.text)),
    Member("generation", \.generation, .integer),
    Member("complete", \.isComplete, .bool),
    as: KeyRotatedView.init)
}
