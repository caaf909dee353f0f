/// The right to read what a request asked for, from activation until it ends.
public struct Grant: Hashable, Sendable {
  /// What a grant lives by.
  public enum Hold: UInt8, Sendable {
    /// The connection that activated it: there is nothing to steal, and a killed job ends it.
    case connection = 1
    /// Whoever has the ticket, until it is closed or its time is over: for jobs of several steps.
    case ticket = 2
    /// A unit, whose credential the service manager asks for; no job reads by it.
    case unit = 3

    /// The word for it on the wire and in records.
    public var text: String {
      switch self {
      case .connection: "connection"
      case .ticket: "ticket"
      case .unit: "unit"
      }
    }
  }

  /// When the request was activated.
  public let activated: ClockReading
  /// When reading ends at the latest.
  public let expires: Deadline
  /// The reviews that counted when it was activated, by index.
  public let counted: [Int]
  /// What it lives by.
  public let hold: Hold
  /// When the secrets were first released, in milliseconds since the epoch; nil before.
  public var released: Int64?
  /// How often each secret was read, in the order of the request's; empty where the gate does not count.
  public var reads: [Int]

  /// How long the job of a connection may take from activation to its first read, in milliseconds. One
  /// that was stopped would keep an exclusive environment from all others.
  public static let firstRead: Int64 = 60_000

  /// When a grant that nobody has read from ends; nil where somebody has, and for one by ticket, which its
  /// steps come back to.
  public var unreadUntil: Deadline? {
    hold == .connection && released == nil ? Deadline(after: Self.firstRead, from: activated) : nil
  }

  /// Makes a grant.
  public init(
    activated: ClockReading, expires: Deadline, counted: [Int], hold: Hold = .connection,
    released: Int64? = nil, reads: [Int] = []
  ) {
    self.activated = activated
    self.expires = expires
    self.counted = counted
    self.hold = hold
    self.released = released
    self.reads = reads
  }
}
