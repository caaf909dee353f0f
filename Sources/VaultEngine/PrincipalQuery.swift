import VaultCore

/// Somebody, by what was typed, and who that is now.
struct PrincipalQuery {
  /// What was typed.
  var name: PrincipalName
  /// What it is by the account database now; nil where there is no such account or group any more.
  var current: Principal?

  /// Whether a principal that a gate names is meant: named so, or the same number said without a name.
  func means(_ stored: Principal) -> Bool {
    if stored.isNamed(name) { return true }
    switch (name, stored) {
    case (.uid(let number), .user(_, let uid)): return number == uid
    case (.gid(let number), .group(_, let gid)): return number == gid
    case (.user, .uid(let uid)): return current == .some(.user(name: nameText, uid: uid))
    case (.group, .gid(let gid)): return current == .some(.group(name: nameText, gid: gid))
    default: return false
    }
  }

  /// Whether a stored principal satisfies nothing any more, since its name and number parted.
  func isStale(_ stored: Principal) -> Bool {
    switch stored {
    case .uid, .gid, .socket: false
    case .user, .group: stored.isNamed(name) ? stored != current : false
    }
  }

  /// Whether somebody is meant, an account by its number or by the name that it had.
  func means(_ subject: Subject, account: String?) -> Bool {
    switch name {
    case .uid(let number): subject == .account(number)
    case .user(let name): current?.uid.map { subject == .account($0) } ?? false || account == name
    case .socket(let name): subject == .socket(name)
    case .group, .gid: false
    }
  }

  private var nameText: String {
    switch name {
    case .user(let text), .group(let text): text
    case .uid, .gid, .socket: ""
    }
  }
}
