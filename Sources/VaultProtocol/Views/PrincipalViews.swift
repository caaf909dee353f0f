import VaultCore

public import StrictJSON

/// One place where somebody is named, or has something open.
public struct PrincipalPlaceView: ListItem, Hashable {
  /// What `after` takes to continue behind this one: the environment's number, 0 for the configuration.
  public let cursor: Int64
  /// The environment's name; nil for what the configuration gives.
  public let environment: String?
  /// What they are there: `requester`, `writer`, `reviewer of rule 1`, `admin` …
  public let roles: [String]
  /// How they are named there, with the numbers that the names had.
  public let stored: String
  /// Whether a name and its number have parted, so that the place satisfies nothing.
  public let isStale: Bool
  /// Live requests that they made; of many the first.
  public let requests: [Int64]
  /// Live requests that they reviewed; of many the first.
  public let reviews: [Int64]
  /// Those among them in which what they said no longer counts.
  public let staleReviews: [Int64]

  /// The requests of one kind that a place names at most, so that it fits a line.
  public static let mostRequests = 1_000

  /// Makes the view.
  public init(
    cursor: Int64, environment: String?, roles: [String], stored: String, isStale: Bool,
    requests: [Int64], reviews: [Int64], staleReviews: [Int64] = []
  ) {
    self.cursor = cursor
    self.environment = environment
    self.roles = roles
    self.stored = stored
    self.isStale = isStale
    self.requests = Array(requests.prefix(Self.mostRequests))
    self.reviews = Array(reviews.prefix(Self.mostRequests))
    let named = Set(self.reviews)
    self.staleReviews = staleReviews.filter { named.contains($0) }
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("cursor", cursor)
    writer.nullable("environment", environment)
    writer.member("roles", roles)
    writer.member("stored", stored)
    writer.member("stale", isStale)
    writer.member("requests", requests)
    writer.member("reviews", reviews)
    writer.member("stale_reviews", staleReviews)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    cursor = try object.required("cursor").integer()
    environment = try object.required("environment").nullableString()
    roles = try object.required("roles").strings()
    stored = try object.required("stored").string()
    isStale = try object.required("stale").bool()
    requests = try object.required("requests").integers()
    reviews = try object.required("reviews").integers()
    staleReviews = try object.required("stale_reviews").integers()
  }
}

/// What `principal.remove` answers.
public struct PrincipalRemovedView: WireView, Hashable {
  /// Who.
  public let principal: String
  /// The environments whose gates named them; of many the first.
  public let environments: [String]
  /// How many approved requests went back to waiting.
  public let reset: Int64
  /// How many of their requests were cancelled.
  public let cancelled: Int64
  /// How many grants of theirs, or by their approval, were revoked.
  public let revoked: Int64
  /// The roles that the configuration still gives.
  public let standing: [String]

  /// The environments that are named at most, so that the answer fits a line.
  public static let mostEnvironments = 400

  /// Makes the view.
  public init(
    principal: String, environments: [String], reset: Int, cancelled: Int, revoked: Int,
    standing: [String]
  ) {
    self.principal = principal
    self.environments = Array(environments.prefix(Self.mostEnvironments))
    self.reset = Int64(reset)
    self.cancelled = Int64(cancelled)
    self.revoked = Int64(revoked)
    self.standing = standing
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("principal", principal)
    writer.member("environments", environments)
    writer.member("reset", reset)
    writer.member("cancelled", cancelled)
    writer.member("revoked", revoked)
    writer.member("standing", standing)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    principal = try object.required("principal").string()
    environments = try object.required("environments").strings()
    reset = try object.required("reset").integer()
    cancelled = try object.required("cancelled").integer()
    revoked = try object.required("revoked").integer()
    standing = try object.required("standing").strings()
  }
}
