public import VaultCore

/// What the configuration file decides about the engine, with names resolved to numbers.
public struct EngineConfiguration: Sendable {
  /// The admins and auditors.
  public var standing: Standing
  /// Which accounts are one person's.
  public var people: People
  /// Accounts that many jobs share.
  public var serviceAccounts: Set<UInt32>
  /// The credentials of units, and the secrets that they are.
  public var credentials: [UnitCredential: CredentialSource] = [:]
  /// The longest value, in bytes.
  public var valueBytes: Int
  /// How many requests may wait.
  public var waiting: (perEnvironment: Int, perRequester: Int)
  /// How often one account, job socket or unit may read without a request within a day.
  public var directReadsPerDay: Int
  /// The encoded bytes that one page of released secrets may take.
  public var pageBytes: Int

  /// Whether jobs of many are this one to the kernel, so that nobody knows who started one.
  func isShared(_ subject: Subject) -> Bool {
    switch subject {
    case .account(let uid): serviceAccounts.contains(uid)
    case .socket: true
    // It makes no request.
    case .unit: false
    }
  }

  /// Makes a configuration with the default limits.
  public init(
    standing: Standing, people: People = People(), serviceAccounts: Set<UInt32> = [],
    valueBytes: Int = 65_536, waitingPerEnvironment: Int = VaultLimits.waitingPerEnvironment,
    waitingPerRequester: Int = VaultLimits.waitingPerRequester,
    directReadsPerDay: Int = VaultLimits.directReadsPerDay, pageBytes: Int = 120_000
  ) {
    self.standing = standing
    self.people = people
    self.serviceAccounts = serviceAccounts
    self.valueBytes = valueBytes
    waiting = (waitingPerEnvironment, waitingPerRequester)
    self.directReadsPerDay = directReadsPerDay
    self.pageBytes = pageBytes
  }
}
