/// What a gate says beside the people that it names: the values of its rules.
///
/// Invariant: each property is the path of exactly one row of `GateRule.all`, and nothing else looks at them one by
/// one. So no value is left out of the check, the bytes, the difference or the judgement of an edit. What stands
/// here is the default of each rule: of a gate that does not name it, and of a gate at rest that is older than it.
public struct GateTerms: Hashable, Sendable {
  /// Whether the requester's own approval counts.
  public var allowSelfReview = false
  /// Whether at most one grant is active at a time.
  public var exclusive = false
  /// Whether a request is refused once a newer one was activated; only where `exclusive` is set.
  public var inOrder = false
  /// How often each secret may be read under one grant; nil where nobody counts.
  public var maxReads: Int?
  /// How long requests, approvals and grants live.
  public var clocks = Clocks()
  /// After how long each secret should get a new value, in milliseconds; nil where nobody says so. It refuses
  /// nothing.
  public var rotationPeriod: Int64?
  /// Reserved names that may be made here all the same (``ReservedNames``).
  public var allowedNames: [SecretName] = []

  /// The defaults.
  public init() {}
}

/// How long things live, in milliseconds.
public struct Clocks: Hashable, Sendable {
  /// How long a request may wait; 1 second to 30 days.
  public var request: Int64
  /// How long an approval holds before it must be activated; 1 second to 30 days.
  public var approval: Int64
  /// How long a grant may be read, from activation; 1 second to 30 days.
  public var grant: Int64

  /// From 1 second to 30 days: what any clock may be set to.
  public static let range: ClosedRange<Int64> = 1_000...30 * 86_400_000

  /// Clocks with the defaults: 24 hours, 8 hours, 1 hour.
  public init(
    request: Int64 = 86_400_000, approval: Int64 = 28_800_000, grant: Int64 = 3_600_000
  ) {
    self.request = request
    self.approval = approval
    self.grant = grant
  }
}
