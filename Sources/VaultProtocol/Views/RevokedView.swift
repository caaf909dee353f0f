public import VaultCalls

extension RevokedView: DescribedView {
  /// Its members.
  public static let shape = Shape<RevokedView>(
    Member("revoked", \.revoked, .list(.integer)), Member("more", \.more, .bool),
    as: RevokedView.init)
}
