public import StrictJSON
public import VaultCore

/// An account: its number, and its name where the account database had one; or a job socket.
public struct AccountView: WireView, Hashable {
  /// The uid; nil for a job socket.
  public let uid: UInt32?
  /// The name; `socket:NAME` for a job socket, which no account can be called.
  public let account: String?

  /// Makes the view.
  public init(uid: UInt32?, account: String?) {
    self.uid = uid
    self.account = account
  }

  /// Makes the view.
  public init(_ subject: Subject, account: String?) {
    uid = subject.uid
    self.account = uid == nil ? subject.text : account
  }

  /// `runner (uid 998)`, `uid 998`, or `socket:gitlab`.
  public var text: String {
    guard let uid else { return account ?? "somebody" }
    return account.map { "\($0) (uid \(uid))" } ?? "uid \(uid)"
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.nullable("uid", uid.map { Int64($0) })
    writer.nullable("account", account)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    uid = try object.required("uid").nullableAccountNumber()
    account = try object.required("account").nullableString()
  }
}

/// What a reviewer said.
public struct ReviewView: WireView, Hashable {
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
    decision =
      switch review.decision {
      case .approved: "approved"
      case .rejected: "rejected"
      }
    uid = review.uid
    account = review.name
    `as` = isShort ? [] : review.principals.map(\.text)
    comment = isShort ? "" : review.comment
    time = review.time.wall
    isStale = review.isStale
    lost = isShort ? [] : review.absence?.principals.map(\.text) ?? []
    returnsUntil = review.absence?.until.at.wall
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("decision", decision)
    writer.member("uid", Int64(uid))
    writer.nullable("account", account)
    writer.member("as", `as`)
    writer.member("comment", comment)
    writer.member("time", time: time)
    writer.member("stale", isStale)
    writer.member("lost", lost)
    writer.nullable("returns_until", time: returnsUntil)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    decision = try object.required("decision").string()
    uid = try object.required("uid").accountNumber()
    account = try object.required("account").nullableString()
    `as` = try object.required("as").strings()
    comment = try object.required("comment").string()
    time = try object.required("time").time()
    isStale = try object.required("stale").bool()
    lost = try object.required("lost").strings()
    returnsUntil = try object.required("returns_until").nullableTime()
  }
}

/// A grant: the right to read, from activation until it ends.
public struct GrantView: WireView, Hashable {
  /// When the request was activated, in milliseconds since the epoch.
  public let activated: Int64
  /// When reading ends at the latest.
  public let expires: Int64
  /// When the secrets were first released; nil before.
  public let released: Int64?
  /// What it lives by: `connection` or `ticket`.
  public let hold: String
  /// How often each secret was read, in the order of the request's; empty where the gate does not count.
  public let reads: [Int64]

  /// Makes the view.
  public init(_ grant: Grant) {
    activated = grant.activated.wall
    expires = grant.expires.at.wall
    released = grant.released
    hold = grant.hold.text
    reads = grant.reads.map { Int64($0) }
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("activated", time: activated)
    writer.member("expires", time: expires)
    writer.nullable("released", time: released)
    writer.member("hold", hold)
    writer.member("reads", reads)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    activated = try object.required("activated").time()
    expires = try object.required("expires").time()
    released = try object.required("released").nullableTime()
    hold = try object.required("hold").string()
    reads = try object.required("reads").integers()
  }
}

/// That nobody waits on a request, which ends by itself unless its job comes back.
public struct AbsenceView: WireView, Hashable {
  /// Since when, in milliseconds since the epoch.
  public let since: Int64
  /// When that ends it.
  public let ends: Int64

  /// Makes the view.
  public init(since: Int64, ends: Int64) {
    self.since = since
    self.ends = ends
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("since", time: since)
    writer.member("ends", time: ends)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    since = try object.required("since").time()
    ends = try object.required("ends").time()
  }
}
