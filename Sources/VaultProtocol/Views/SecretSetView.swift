public import VaultCalls

extension PlaceView: DescribedView {
  /// Its members.
  public static let shape = Shape<PlaceView>(
    Member("environment", \.environment, .text), Member("name", \.name, .text),
    as: PlaceView.init(environment:text:))
}

extension SecretSetView: DescribedView {
  /// Its members.
  public static let shape = Shape<SecretSetView>(
    Member("environment", \.environment, .text),
    Member("name", \.name, .text),
    Member("version", \.version, .integer),
    Member(unlessEmpty: "same_value", \.sameValue, .list(.text)),
    Member(unlessEmpty: "pruned", \.pruned, .list(.integer)),
    Member(group: \.revocation, Revocation.shape, where: "disabled"),
    as: SecretSetView.init(environment:text:version:sameValue:pruned:revocation:))
}

extension SecretSetView.Revocation {
  static let shape = Shape<Self>(
    Member("disabled", \.disabled, .list(.integer)),
    Member("revoked", \.revoked, .list(.integer)),
    Member("readers", \.readers, .list(.view)),
    as: SecretSetView.Revocation.init)
}

extension ReaderView: DescribedView {
  /// Its members.
  public static let shape = Shape<ReaderView>(
    Member("version", \.version, .integer),
    Member("uid", \.uid, .nullable(.accountNumber)),
    Member("account", \.account, .nullable(.text)),
    Member("first", \.first, .time),
    Member("last", \.last, .time),
    Member("count", \.count, .integer),
    as: ReaderView.init)
}
