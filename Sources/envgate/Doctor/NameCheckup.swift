import VaultClient
import VaultCore
import VaultProtocol

/// Stored names that nobody could make today: a variable of such a name steers a job.
enum NameCheckup {
  /// More environments than these would keep a person waiting.
  private static let most = 200

  static func finding(_ connection: Connection, _ environments: [EnvironmentView]) -> Finding {
    do {
      var found: [String] = []
      for environment in environments.prefix(most) {
        let name = try EnvironmentName(argument: environment.name)
        let allowed = Set(environment.terms.allowedNames.map(\.text))
        let secrets = try connection.secrets(of: name).items.filter { $0.reserved != nil }.map(
          \.name)
        let variables = try connection.variables(of: name).items.map(\.name)
          .filter { ReservedNames.reservation(of: $0) != nil && !allowed.contains($0) }
        found += (secrets + variables).map { "\($0) in \(environment.name)" }
      }
      return judge(found, of: environments.count)
    } catch {
      return .notLookedAt(
        "names", "whether stored names are reserved",
        Failure(error, isExec: false).fault?.sentence ?? "no answer", "run envgate doctor again")
    }
  }

  static func judge(_ found: [String], of count: Int) -> Finding {
    if !found.isEmpty {
      return .warn(
        "names",
        "\(found.sorted().joined(separator: ", ")): a variable of that name can control a job",
        "store it under another name, or allow it with envgate environment edit --allow-name")
    }
    if count > most {
      return .notLookedAt(
        "names", "the names of \(count - most) of the \(count) environments",
        "doctor checks at most \(most)", "check the others with envgate secret list")
    }
    return .ok("names", "no stored name is reserved")
  }
}
