public import VaultCalls

extension AccountView: DescribedView {
  /// Its members.
  public static let shape = Shape<AccountView>(
    Member("uid", \.uid, .nullable(.accountNumber)),
    Member("account", \.account, .nullable(.text)),
    as: AccountView.init(uid:account:))
}

extension PrincipalPlaceView: DescribedView, ListItem {
  /// The requests of one kind that a place names at most, so that it fits a line.
  private static let mostRequests = 1_000

  /// Its members.
  public static let shape = Shape<PrincipalPlaceView>(
    Member("cursor", \.cursor, .integer),
    Member("environment", \.environment, .nullable(.text)),
    Member("roles", \.roles, .list(.text)),
    Member("stored", \.stored, .text),
    Member("stale", \.isStale, .bool),
    Member("requests", { Array($0.requests.prefix(mostRequests)) }, .list(.integer)),
    Member("reviews", { Array($0.reviews.prefix(mostRequests)) }, .list(.integer)),
    Member(
      "stale_reviews", { $0.staleReviews.filter(Set($0.reviews.prefix(mostRequests)).contains) },
      .list(.integer)),
    as: PrincipalPlaceView.init)
}

extension PrincipalRemovedView: DescribedView {
  /// The environments that are named at most, so that the answer fits a line.
  private static let mostEnvironments = 400

  /// Its members.
  public static let shape = Shape<PrincipalRemovedView>(
    Member("principal", \.principal, .text),
    Member("environments", { Array($0.environments.prefix(mostEnvironments)) }, .list(.text)),
    Member("reset", \.reset, .integer),
    Member("cancelled", \.cancelled, .integer),
    Member("revoked", \.revoked, .integer),
    Member("standing", \.standing, .list(.text)),
    as: PrincipalRemovedView.init)
}
