import Glibc
import VaultCore

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

  /// Says who is in a group, and whether these are all.
  typealias Members = (_ gid: UInt32) throws(HostAccount.Unanswered) -> (
    names: [String], isWhole: Bool
  )

  /// Says which groups an account is in; nil where nobody knows.
  typealias Groups = (HostAccount) -> Set<UInt32>?
  /// Says what a group is called; nil where it has no name.
  typealias GroupName = (_ gid: UInt32) throws(HostAccount.Unanswered) -> String?

  /// The members of groups that are looked up at most.
  static let mostMembers = 200

  private let sudo: SudoRules
  private let groups: Groups
  private let groupName: GroupName
  private(set) var findings: [Finding] = []

  /// - Parameters:
  ///   - named: accounts that the configuration calls service accounts.
  ///   - requesters: the principals that environments name as requesters, or why they are not known.
  init(
    named: [String], requesters: Result<[String], Unasked>, sudo: SudoRules = SudoRules(),
    lookUp: (PrincipalName) throws(HostAccount.Unanswered) -> HostAccount? = Self.account,
    members: Members = HostAccount.members, groups: @escaping Groups = { $0.groups },
    groupName: @escaping GroupName = HostAccount.groupName
  ) {
    self.sudo = sudo
    self.groups = groups
    self.groupName = groupName
    findings += look(at: requesters, lookUp, members)
    var accounts: [HostAccount] = []
    for name in (named + Self.usualRunners).map({ .user($0) }) + [PrincipalName.uid(geteuid())] {
      do throws(HostAccount.Unanswered) {
        if let account = try lookUp(name), account.uid != 0, !accounts.contains(account) {
          accounts.append(account)
        }
      } catch { findings.append(unanswered(name.text, error)) }
    }
    for account in accounts {
      findings.append(
        judge(account)
          ?? .ok("runner", "\(account.name) is in no group whose members can become root"))
    }
  }

  /// Why the daemon was not asked who may ask.
  struct Unasked: Error {
    let why: String
  }

  /// The accounts that may ask, by the account database, whatever groups anybody's session has.
  private func look(
    at requesters: Result<[String], Unasked>,
    _ lookUp: (PrincipalName) throws(HostAccount.Unanswered) -> HostAccount?, _ members: Members
  ) -> [Finding] {
    let names: [String]
    switch requesters {
    case .success(let found): names = Set(found).sorted()
    case .failure(let unasked):
      return [
        .notLookedAt(
          "requesters", "whether requesters can become root", unasked.why,
          "run envgate doctor as an admin, on the daemon's host")
      ]
    }
    var findings: [Finding] = []
    var crowds: [String] = []
    func tell(_ group: String) -> Bool {
      guard let way = Self.rootGroups[group] else { return false }
      findings.append(
        .warn(
          "runner", "group \(group) is a requester, and its members can become root through \(way)",
          "name the requesters as accounts, and remove them from that group"))
      return true
    }
    var seen: Set<HostAccount> = []
    var isClear = 0
    func look(_ principal: PrincipalName) {
      do throws(HostAccount.Unanswered) {
        // Who has no account is in no group of the database; the names that part are told elsewhere.
        guard let account = try lookUp(principal), account.uid != 0, seen.insert(account).inserted
        else { return }
        if let finding = judge(account) { findings.append(finding) } else { isClear += 1 }
      } catch { findings.append(unanswered(principal.text, error)) }
    }
    var left = Self.mostMembers
    func lookAtMembers(_ name: String, _ gid: UInt32?) {
      guard let gid else { return }
      do throws(HostAccount.Unanswered) {
        let found = try members(gid)
        for member in found.names.prefix(left) { look(.user(member)) }
        if found.names.count > left || !found.isWhole { crowds.append(name) }
        left = max(0, left - found.names.count)
      } catch { findings.append(unanswered(name, error)) }
    }
    for name in names {
      switch PrincipalName(name) {
      case .socket: continue
      case .user, .uid:
        if let principal = PrincipalName(name) { look(principal) }
      case .group(let group): if !tell(group) { lookAtMembers(name, HostAccount.gid(of: group)) }
      case .gid(let gid): if !tell(HostAccount.group(gid)) { lookAtMembers(name, gid) }
      case nil: crowds.append(name)
      }
    }
    if !crowds.isEmpty {
      findings.append(
        .notLookedAt(
          "requesters",
          "whether the members of \(crowds.joined(separator: ", ")) can become root",
          "doctor does not look up so many accounts", "name the requesters as accounts"))
    }
    if isClear > 0 {
      findings.append(
        .ok(
          "requesters",
          "\(Counted.text(Int64(isClear), "account")) may request secrets; none is in a group whose members can become root"
        ))
    }
    return findings
  }

  static func account(_ name: PrincipalName) throws(HostAccount.Unanswered) -> HostAccount? {
    switch name {
    case .user(let name): try HostAccount.named(name)
    case .uid(let uid): try HostAccount.numbered(uid)
    case .group, .gid, .socket: nil
    }
  }

  /// What there is to say of an account; nil where all was read and there is no way.
  private func judge(_ account: HostAccount) -> Finding? {
    var unseen = sudo.unread
    let numbers = groups(account)
    if numbers == nil { unseen.insert("the account database does not list its groups", at: 0) }
    var names: Set<String> = []
    for number in (numbers ?? []).sorted() {
      do throws(HostAccount.Unanswered) {
        if let name = try groupName(number) { names.insert(name) }
      } catch { unseen.append("gid \(number): \(SystemText.of(error.error))") }
    }
    let ways =
      names.sorted().compactMap { group in Self.rootGroups[group].map { "\($0) (group \(group))" }
      }
      + (sudo.asksNoPassword(
        account.name, uid: account.uid, groups: names, gids: numbers ?? [account.gid])
        ? ["sudo without a password"] : [])
    if !ways.isEmpty {
      return .warn(
        "runner",
        "\(account.name) can become root through \(ways.joined(separator: " and ")), and "
          + "read every secret",
        "envgate cannot protect secrets from root on this host; if jobs run as this account, remove it from there"
      )
    }
    return unseen.isEmpty
      ? nil
      : .notLookedAt(
        "runner", "whether \(account.name) can become root", unseen.joined(separator: "; "))
  }

  private func unanswered(_ name: String, _ fault: HostAccount.Unanswered) -> Finding {
    .notLookedAt(
      "runner", "whether \(name) can become root",
      "the account database does not answer: \(SystemText.of(fault.error))", "see nsswitch.conf(5)")
  }
}
