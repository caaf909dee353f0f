/// What a request asks for that is for no job: that a unit may load one credential at each of its starts, for a while.
///
/// Invariants:
/// - once the gate is satisfied the grant is there (``Grant/Hold/unit``): nobody activates it, and no ticket reads by it;
/// - the name of the secret is what was approved. The unit gets the version that is current at its start, so that a new
///   value needs no new approval, and reviewers are told so;
/// - it is no turn of an exclusive environment, and outdates nothing.
public struct StandingApproval: Hashable, Sendable {
  /// Which unit, and which of its credentials.
  public let credential: UnitCredential
  /// How long the unit may load it, from the approval on, in milliseconds; within ``range``.
  public let length: Int64

  /// From an hour to 366 days.
  public static let range: ClosedRange<Int64> = 3_600_000...366 * 86_400_000

  /// Makes it.
  public init(credential: UnitCredential, length: Int64) {
    self.credential = credential
    self.length = length
  }
}

extension AccessRequest {
  /// This request with its grant, where it is a unit's that is approved; any other as it is.
  ///
  /// - Throws: what keeps an approved request from its grant: ``mayBeActivated(in:people:at:)``.
  public func stood(
    in environment: Environment, people: People, at now: Moment
  ) throws(Refusal) -> AccessRequest {
    guard standing != nil, case .approved = state else { return self }
    return try activated(in: environment, people: people, hold: .unit, at: now)
  }

  /// Refuses a job what is a unit's.
  public func mustBeOfJob() throws(Refusal) {
    if let standing { throw .requestOfUnit(id: id, unit: standing.credential.unit.text) }
  }

  /// Whether its grant is one that a unit loads by.
  public var isStanding: Bool { state == .active && standing != nil }
}
