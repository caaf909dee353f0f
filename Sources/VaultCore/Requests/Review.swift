/// What a reviewer said of one request.
public struct Review: Hashable, Sendable {
  /// Yes or no.
  public enum Decision: UInt8, Sendable {
    case approved = 1
    case rejected = 2
  }

  /// What of an approval no longer counts, because its account has left: it is gone, renamed, or no longer in
  /// a group.
  public struct Absence: Hashable, Sendable {
    /// The principals that no longer stand for the account; at least one.
    public let principals: [Principal]
    /// Until when they count again, should the account come back as it was.
    public let until: Deadline

    /// Makes an absence.
    public init(principals: [Principal], until: Deadline) {
      self.principals = principals
      self.until = until
    }
  }

  /// Yes or no.
  public let decision: Decision
  /// The person by the configuration of that time. Who is one person is judged by that of now (``People``).
  public let person: Person
  /// The account they used.
  public let uid: UInt32
  /// Its name.
  public let name: String?
  /// The principals of the rules that they met when they gave it.
  public let principals: [Principal]
  /// The gate revision that they saw.
  public let gateRevision: Int64
  /// The digest of what they saw.
  public let digest: [UInt8]
  /// What they said about it; empty where nothing.
  public let comment: String
  /// When.
  public let time: ClockReading
  /// What of it no longer counts; nil where all of it does.
  public var absence: Absence?

  /// Makes a review.
  public init(
    decision: Decision, person: Person, uid: UInt32, name: String?, principals: [Principal],
    gateRevision: Int64, digest: [UInt8], comment: String, time: ClockReading,
    absence: Absence? = nil
  ) {
    self.decision = decision
    self.person = person
    self.uid = uid
    self.name = name
    self.principals = principals
    self.gateRevision = gateRevision
    self.digest = digest
    self.comment = comment
    self.time = time
    self.absence = absence
  }

  /// The principals that it counts as now.
  public var standing: [Principal] {
    guard let absence else { return principals }
    return principals.filter { !absence.principals.contains($0) }
  }

  /// Whether it counts as nothing any more.
  public var isStale: Bool { absence != nil && standing.isEmpty }
}
