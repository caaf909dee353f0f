public import VaultCalls
public import VaultCore

/// What a reviewer said.
public struct ReviewView: DescribedView, Hashable {
  /// `approved` or `rejected`.
  public let decision: String
  /// The account they used.
  public let uid: UInt32
  /// Its name, where the account database had one.
  public let account: String?
  /// The principals of the rules that they met.
  public let `as`: [String]
  /// What they said about it; empty where nothing.
  public let comment: String
  /// When, in milliseconds since the epoch.
  public let time: Int64
  /// Whether it no longer counts, since its account is gone, renamed or out of the group.
  public let isStale: Bool
  /// The principals that it no longer counts as.
  public let lost: [String]
  /// Until when it counts again as these, should the account come back as it was; nil where nothing is lost.
  public let returnsUntil: Int64?

  /// Its members.
  public static let shape = Shape<ReviewView>(
    Member("decision", \.decision, .text),
    Member("uid", \.uid, .accountNumber),
    Member("account", \.account, .nullable(.text)),
    Member("as", \.`as`, .list(.text)),
    Member("comment", \.comment, .text),
    Member("time", \.time, .time),
    Member("stale", \.isStale, .bool),
    Member("lost", \.lost, .list(.text)),
    Member("returns_until", \.returnsUntil, .nullable(.time)),
    as: ReviewView.init)
}

extension ReviewView {
  /// What comments and principals of one request's reviews may take, in bytes; the newest come first.
  static let textBudget = 8_192

  /// The views of all reviews, and of how many the text was left out so that the request fits a line.
  static func fitted(_ reviews: [Review]) -> (views: [ReviewView], shortened: Int) {
    var rest = textBudget
    var shortened = 0
    let newestFirst = reviews.reversed().map { review in
      // A comment holds no control character, so escapes at most double it.
      rest -= 2 * review.comment.utf8.count
      let principals = review.principals + (review.absence?.principals ?? [])
      rest -= principals.reduce(0) { $0 + $1.text.utf8.count + 3 }
      if rest < 0 { shortened += 1 }
      return ReviewView(review, isShort: rest < 0)
    }
    return (newestFirst.reversed(), shortened)
  }

  /// Makes the view.
  /// - Parameter isShort: leaves out the comment and the principals.
  public init(_ review: Review, isShort: Bool = false) {
    let decision =
      switch review.decision {
      case .approved: "approved"
      case .rejected: "rejected"
      }
    self.init(
      decision: decision, uid: review.uid, account: review.name,
      as: isShort ? [] : review.principals.map(\.text), comment: isShort ? "" : review.comment,
      time: review.time.wall, isStale: review.isStale,
      lost: isShort ? [] : review.absence?.principals.map(\.text) ?? [],
      returnsUntil: review.absence?.until.at.wall)
  }
}

/// A grant: the right to read, from activation until it ends.
public struct GrantView: DescribedView, Hashable {
  /// When the request was activated, in milliseconds since the epoch.
  public let activated: Int64
  /// When reading ends at the latest.
  public let expires: Int64
  /// When the secrets were first released; nil before.
  public let released: Int64?
  /// What it lives by: `connection`, `ticket` or `unit`.
  public let hold: String
  /// How often each secret was read, in the order of the request's; empty where the gate does not count.
  public let reads: [Int64]

  /// Its members.
  public static let shape = Shape<GrantView>(
    Member("activated", \.activated, .time),
    Member("expires", \.expires, .time),
    Member("released", \.released, .nullable(.time)),
    Member("hold", \.hold, .text),
    Member("reads", \.reads, .list(.integer)),
    as: GrantView.init)
}

extension GrantView {
  /// Makes the view.
  public init(_ grant: Grant) {
    self.init(
      activated: grant.activated.wall, expires: grant.expires.at.wall, released: grant.released,
      hold: grant.hold.text, reads: grant.reads.map { Int64($0) })
  }
}

extension AbsenceView: DescribedView {
  /// Its members.
  public static let shape = Shape<AbsenceView>(
    Member("since", \.since, .time), Member("ends", \.ends, .time), as: AbsenceView.init)
}
