import Glibc

/// Whether an account of jobs can become root on this host: then it needs no gate.
struct RunnerCheckup {
  /// What CI runners are called where their packages make the account.
  static let usualRunners = [
    "gitlab-runner", "github-runner", "actions-runner", "runner", "jenkins", "buildkite-agent",
    "woodpecker", "forgejo-runner", "gitea-runner", "act_runner", "teamcity", "buildbot",
  ]
  /// Groups whose members can become root, with how.
  static let rootGroups = [
    "sudo": "sudo", "wheel": "sudo", "admin": "sudo", "docker": "a container", "lxd": "a container",
    "incus-admin": "a container", "libvirt": "a virtual machine", "disk": "the raw disk",
  ]

  let findings: [Finding]

  /// - Parameter named: accounts that the configuration calls service accounts.
  init(named: [String]) {
    let caller = HostAccount(uid: geteuid())
    var accounts: [HostAccount] = []
    for account in (named + Self.usualRunners).map({ HostAccount(name: $0) }) + [caller] {
      if let account, account.uid != 0, !accounts.contains(account) { accounts.append(account) }
    }
    let sudo = SudoRules()
    findings = accounts.map { account in
      let ways = Self.ways(of: account, sudo)
      if ways.isEmpty, let unseen = Self.unseen(account, sudo) {
        return .warn(
          "runner", "whether \(account.name) can become root was not looked at: \(unseen)",
          "run envgate doctor as root")
      }
      return ways.isEmpty
        ? .ok("runner", "\(account.name) is in no group that makes it root")
        : .warn(
          "runner",
          "\(account.name) can become root through \(ways.joined(separator: " and ")), and "
            + "read what it likes",
          "root on this host is outside of what envgate promises; take it out of there if jobs run as it"
        )
    }
  }

  /// Why it cannot be said that there is no way; nil where everything was read.
  private static func unseen(_ account: HostAccount, _ sudo: SudoRules) -> String? {
    if account.groups == nil { return "the account database does not say its groups" }
    return sudo.unread.isEmpty ? nil : sudo.unread.joined(separator: "; ")
  }

  private static func ways(of account: HostAccount, _ sudo: SudoRules) -> [String] {
    let groups = (account.groups ?? []).map(HostAccount.group)
    let byGroup = groups.sorted().compactMap { group in
      rootGroups[group].map { "\($0) (group \(group))" }
    }
    return byGroup
      + (sudo.asksNoPassword(account.name, groups: Set(groups)) ? ["sudo without a password"] : [])
  }
}

/// The rules of sudoers(5) that ask for no password, as far as the caller may read them.
///
/// Not a parser of sudoers: a line with `NOPASSWD` that begins with the account, a group of it or `ALL` is
/// taken as one that lets it. Aliases are not followed.
struct SudoRules {
  private var names: Set<String> = []
  /// What is there and could not be read, with why.
  private(set) var unread: [String] = []
  private static let longestFile = 1 << 20

  init(file: String = "/etc/sudoers", folder: String = "/etc/sudoers.d") {
    take(file)
    guard let entries = unsafe opendir(folder) else {
      if errno != ENOENT { unread.append("\(folder): \(SystemText.of(errno))") }
      return
    }
    defer { unsafe closedir(entries) }
    while let entry = unsafe readdir(entries) {
      // Safety: the entry is libc's until the next call, and its name ends with NUL.
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
        unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      // As sudo itself leaves them out.
      if !name.contains("."), !name.hasSuffix("~") { take(folder + "/" + name) }
    }
  }

  private mutating func take(_ path: String) {
    guard let bytes = FileFacts.bytes(of: path, limit: Self.longestFile) else {
      let error = errno
      if error != ENOENT { unread.append("\(path): \(SystemText.of(error))") }
      return
    }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    where line.contains("NOPASSWD") {
      let words = line.split { $0 == " " || $0 == "\t" }
      if let first = words.first, !first.hasPrefix("#") || first.dropFirst().allSatisfy(\.isNumber)
      {
        for name in first.split(separator: ",") { names.insert(String(name)) }
      }
    }
  }

  func asksNoPassword(_ account: String, groups: Set<String>) -> Bool {
    names.contains("ALL") || names.contains(account)
      || groups.contains { names.contains("%\($0)") }
  }
}
