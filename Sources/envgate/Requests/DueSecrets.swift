import VaultClient
import VaultCore
import VaultProtocol

/// Secrets of environments that have a rotation period, for a person who is to be told which are overdue.
struct DueSecrets {
  /// More environments than these would keep a person waiting.
  static let most = 200

  /// `production/AZURE_CREDENTIALS`, the one that is longest overdue first.
  let overdue: [String]
  /// Whether there is an environment with a rotation period.
  let isAsked: Bool
  /// The environments with one that were not looked at.
  let left: Int

  init(_ connection: Connection, _ environments: [EnvironmentView], now: Int64 = WallClock.now)
    throws
  {
    let asked = environments.filter { $0.terms.rotationPeriod != nil }
    let secrets = try asked.prefix(Self.most).flatMap {
      try connection.secrets(of: EnvironmentName(argument: $0.name)).items
    }
    isAsked = !asked.isEmpty
    left = max(0, asked.count - Self.most)
    overdue = secrets.compactMap { secret in secret.due.map { (secret, $0) } }
      .filter { $0.1 <= now }
      .sorted { $0.1 < $1.1 }
      .map { "\($0.0.environment ?? "")/\($0.0.name)" }
  }
}
