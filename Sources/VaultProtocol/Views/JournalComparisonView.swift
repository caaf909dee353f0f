/// What a comparison of the audit record with the signed heads in the daemon's log found.
public struct JournalComparisonView: DescribedView, Hashable {
  /// The heads that the record agrees with.
  public let agreed: Int64
  /// The first record of those; nil where there is none.
  public let first: Int64?
  /// The last record of those.
  public let last: Int64?
  /// The heads of records that were lost when the vault was restored.
  public let lost: Int64
  /// The last record that says so.
  public let restored: Int64?
  /// The heads of records that were not looked at.
  public let unseen: Int64

  /// Its members.
  public static let shape = Shape<JournalComparisonView>(
    Member("agreed", \.agreed, .integer),
    Member(optional: "first", \.first, .integer),
    Member(optional: "last", \.last, .integer),
    Member("lost", \.lost, .integer),
    Member(optional: "restored", \.restored, .integer),
    Member("unseen", \.unseen, .integer),
    as: JournalComparisonView.init(agreed:first:last:lost:restored:unseen:))

  /// Makes the view.
  public init(
    agreed: Int64, first: Int64?, last: Int64?, lost: Int64, restored: Int64?, unseen: Int64
  ) {
    self.agreed = agreed
    self.first = first
    self.last = last
    self.lost = lost
    self.restored = restored
    self.unseen = unseen
  }
}
