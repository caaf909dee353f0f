import VaultClient
import VaultCore
import VaultProtocol

/// The principals of an environment that are not who they were: an account or group that was deleted, or whose number
/// has changed. They satisfy nothing.
///
/// The vault tells an admin of both. Anybody else is told what the account database of this host shows, which is the
/// vault's where it is reached by a socket: that there is no such name.
struct GonePrincipals {
  /// By the principal what is the matter with it.
  private(set) var marks: [String: String] = [:]
  /// What could not be looked up.
  private(set) var fault: String?

  /// More than these would keep a person waiting.
  private static let most = 300

  init(marks: [String: String]) { self.marks = marks }

  init(in environment: EnvironmentView, _ connection: Connection, isLocal: Bool) {
    let names = Set(
      environment.requesters + environment.writers + environment.rules.flatMap(\.reviewers)
    ).filter { $0.hasPrefix("user:") || $0.hasPrefix("group:") }
    do {
      let status = try connection.call(.serverStatus, as: StatusView.self)
      let isAdmin = status.you.roles?.contains("admin") ?? false
      guard isAdmin || isLocal else { return }
      for name in names.sorted().prefix(Self.most) {
        let isGone =
          isAdmin
          ? try Self.isStale(name, in: environment.name, connection) : try Self.isUnknown(name)
        if isGone { marks[name] = isAdmin ? "gone or renumbered" : "no such name" }
      }
      if names.count > Self.most {
        fault = "only \(Self.most) of \(names.count) names were looked up"
      }
    } catch {
      fault = Failure(error, isExec: false).fault?.sentence ?? "envgate could not look up the names"
    }
  }

  private static func isStale(
    _ name: String, in environment: String, _ connection: Connection
  ) throws -> Bool {
    try connection.list(of: PrincipalPlaceView.self) { after, limit in
      .principalGet(
        PrincipalGet(principal: try PrincipalName(argument: name), after: after, limit: limit))
    }.items.contains { $0.isStale && $0.environment == environment }
  }

  private static func isUnknown(_ name: String) throws -> Bool {
    let text = String(name.drop { $0 != ":" }.dropFirst())
    return name.hasPrefix("user:")
      ? try HostAccount.named(text) == nil : HostAccount.gid(of: text) == nil
  }

  /// A sentence with the mark behind each such name.
  func marked(_ sentence: String) -> String {
    marks.sorted { $0.key.count > $1.key.count }.reduce(sentence) { text, entry in
      var (rest, marked) = (text[...], "")
      while let found = rest.firstRange(of: entry.key) {
        let isWord =
          !(rest[..<found.lowerBound].last.map(Self.continues) ?? false)
          && !Self.continues(rest[found.upperBound...])
        marked += rest[..<found.upperBound] + (isWord ? " (\(entry.value))" : "")
        rest = rest[found.upperBound...]
      }
      return marked + rest
    }
  }

  /// What to do about them; nil where there are none.
  func advice(about environment: String) -> String? {
    if marks.isEmpty { return nil }
    let names = marks.keys.sorted().joined(separator: ", ")
    return
      "\(names): no longer satisfies any rule. An admin can remove it with envgate environment edit "
      + "\(environment), or everywhere with envgate principal remove."
  }

  private static func continues(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || "_-$".contains(character)
  }

  /// Whether a name goes on: a dot only where something stands behind it.
  private static func continues(_ rest: Substring) -> Bool {
    guard let first = rest.first else { return false }
    return first == "." ? rest.dropFirst().first.map(continues) ?? false : continues(first)
  }
}
