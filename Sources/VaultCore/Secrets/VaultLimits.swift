/// What a vault holds at most, unless its configuration says otherwise.
public enum VaultLimits {
  /// The secrets of one environment.
  public static let secretsPerEnvironment = 100
  /// The names that one environment may ever have had secrets of.
  public static let secretNamesPerEnvironment = 1_000
  /// The newest versions of a secret that are kept; older ones stay only while a request pins them.
  public static let versionsPerSecret = 10
  /// The variables of one environment.
  public static let variablesPerEnvironment = 100
  /// The bytes of a variable's value.
  public static let variableBytes = 16_384
  /// The environments of a vault.
  public static let environments = 10_000
  /// The requests that may wait in one environment.
  public static let waitingPerEnvironment = 1_000
  /// The live requests of one requester, in all environments and states together.
  public static let livePerRequester = 1_000
  /// The grants that one connection may hold.
  public static let grantsPerConnection = 64
  /// The requests of one requester that may wait in one environment.
  public static let waitingPerRequester = 50
  /// The reads without a request of one account, job socket or unit within a day.
  public static let directReadsPerDay = 100_000
}
