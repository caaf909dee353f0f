import Glibc

/// The groups of this session beside those of the account: a gate counts a group only where both have it.
enum SessionCheckup {
  static func finding() -> Finding {
    let uid = geteuid()
    let found: HostAccount?
    do throws(HostAccount.Unanswered) { found = try HostAccount.numbered(uid) } catch {
      return .fail(
        "groups",
        "the account database does not answer for uid \(uid): \(SystemText.of(error.error))",
        "see nsswitch.conf(5)")
    }
    guard let account = found else {
      return .warn(
        "groups", "the account database has no account of uid \(uid)",
        "only a gate that names uid:\(uid) gives you a role")
    }
    guard let listed = account.groups else {
      return .fail(
        "groups", "the account database does not answer for \(account.name)",
        "see nsswitch.conf(5)")
    }
    return judge(account, listed: listed, session: HostAccount.sessionGroups())
  }

  static func judge(
    _ account: HostAccount, listed: Set<UInt32>, session: Set<UInt32>
  ) -> Finding {
    let missing = names(listed.subtracting(session))
    if !missing.isEmpty {
      return .warn(
        "groups", "\(account.name) is in \(missing), but this session is not", "log in again")
    }
    let extra = names(session.subtracting(listed))
    if !extra.isEmpty {
      return .warn(
        "groups", "this session still has \(extra), but \(account.name) is no longer a member",
        "envgate ignores it; log in again")
    }
    return .ok("groups", "this session has all groups of \(account.name): \(names(listed))")
  }

  private static func names(_ groups: Set<UInt32>) -> String {
    groups.map(HostAccount.group).sorted().joined(separator: ", ")
  }
}
