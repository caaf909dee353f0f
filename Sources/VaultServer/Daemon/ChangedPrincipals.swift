import VaultCore
import VaultEngine

/// Whom the gates of a backup name, and who is not the same on this host: no rule is met by such a principal.
enum ChangedPrincipals {
  /// A line for each.
  static func lines(
    of environments: [BackupProof.Gated], by accounts: AccountSource = .system
  ) -> [String] {
    var places: [Principal: [String]] = [:]
    for environment in environments {
      for principal in environment.principals {
        places[principal, default: []].append(environment.name)
      }
    }
    return places.sorted { $0.key.text < $1.key.text }.compactMap { principal, names in
      change(of: principal, by: accounts).map {
        "\(principal.text) \($0), in \(names.joined(separator: ", "))"
      }
    }
  }

  private static func change(of principal: Principal, by accounts: AccountSource) -> String? {
    do throws(AccountFault) {
      switch principal {
      case .user(let name, let uid): return change("uid", uid, to: try accounts.uid(name))
      case .group(let name, let gid): return change("gid", gid, to: try accounts.gid(name))
      case .uid, .gid, .socket: return nil
      }
    } catch { return "was not looked up (errno \(error.code))" }
  }

  private static func change(_ kind: String, _ then: UInt32, to now: UInt32?) -> String? {
    guard let now else { return "does not exist on this host" }
    return now == then ? nil : "has \(kind) \(now) on this host, and had \(then)"
  }
}
