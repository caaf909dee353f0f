/// What a reviewer said of one request.
public struct Review: Hashable, Sendable {
  /// Yes or no.
  public enum Decision: UInt8, Sendable {
    case approved = 1
    case rejected = 2
  }

  /// Yes or no.
  public let decision: Decision
  /// The person, who counts once.
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
  /// When, in milliseconds since the epoch.
  public let time: Int64

  /// Makes a review.
  public init(
    decision: Decision, person: Person, uid: UInt32, name: String?, principals: [Principal],
    gateRevision: Int64, digest: [UInt8], comment: String, time: Int64
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
  }
}
