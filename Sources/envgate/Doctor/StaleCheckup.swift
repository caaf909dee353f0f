import VaultClient
import VaultCore
import VaultProtocol

/// Principals whose name and number have parted: they satisfy nothing, and nobody may have noticed.
enum StaleCheckup {
  /// More than these would keep a person waiting.
  private static let most = 500

  /// For an admin alone: nobody else may look somebody up.
  static func finding(_ connection: Connection, _ environments: [EnvironmentView]) -> Finding {
    let names = Set(environments.flatMap(principals))
    do {
      var stale: [String] = []
      for name in names.sorted().prefix(most) {
        guard let principal = PrincipalName(name) else { continue }
        let places = try connection.list(of: PrincipalPlaceView.self) { after, limit in
          .principalGet(PrincipalGet(principal: principal, after: after, limit: limit))
        }.items.filter { $0.isStale }
        stale += places.map { "\(name) in \($0.environment ?? "the configuration")" }
      }
      return judge(stale, of: names.count)
    } catch {
      return .notLookedAt(
        "principals", "whether the principals in gates still exist",
        Failure(error, isExec: false).fault?.sentence ?? "no answer", "run envgate doctor again")
    }
  }

  static func judge(_ stale: [String], of count: Int) -> Finding {
    if stale.isEmpty && count > most {
      return .notLookedAt(
        "principals", "whether \(count - most) of the \(count) principals in gates still exist",
        "doctor checks at most \(most)", "check the others with envgate principal show")
    }
    if stale.isEmpty {
      return .ok("principals", "all \(count) principals in gates still exist unchanged")
    }
    return .fail(
      "principals", "\(stale.joined(separator: ", ")): account name and uid no longer match",
      "remove them with envgate environment edit, and add them again")
  }

  private static func principals(_ environment: EnvironmentView) -> [String] {
    (environment.requesters + environment.writers + environment.rules.flatMap(\.reviewers))
      .filter { $0.hasPrefix("user:") || $0.hasPrefix("group:") }
  }
}
