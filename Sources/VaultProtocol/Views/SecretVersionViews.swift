public import VaultCalls

extension SecretVersionView: DescribedView, ListItem {
  /// What `after` takes to continue behind this one.
  public var cursor: Int64 { version }

  /// Its members.
  public static let shape = Shape<SecretVersionView>(
    Member("version", \.version, .integer),
    Member("state", \.state, .text),
    Member("current", \.isCurrent, .bool),
    Member("pinned", \.pinned, .integer),
    Member("created", \.created, .time),
    Member("created_by", \.createdBy, .accountNumber),
    Member("readers", \.readers, .list(.view)),
    Member("more_readers", \.moreReaders, .integer),
    as: SecretVersionView.init(
      number:state:isCurrent:pinned:created:createdBy:readers:moreReaders:))
}

extension SecretChangedView: DescribedView {
  /// Its members.
  public static let shape = Shape<SecretChangedView>(
    Member("environment", \.environment, .text),
    Member("name", \.name, .text),
    Member("version", \.version, .integer),
    Member("state", \.state, .text),
    Member("erased", \.isErased, .nullable(.bool)),
    as: SecretChangedView.init(environment:name:version:state:isErased:))
}

extension SecretDeletedView: DescribedView {
  /// Its members.
  public static let shape = Shape<SecretDeletedView>(
    Member("environment", \.environment, .text),
    Member("name", \.name, .text),
    Member("versions", \.versions, .integer),
    Member("erased", \.isErased, .bool),
    as: SecretDeletedView.init(environment:text:versions:isErased:))
}
