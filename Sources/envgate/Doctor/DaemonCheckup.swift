import VaultClient
import VaultCore
import VaultProtocol

/// Is the daemon there, does it answer, and what does it say of itself and of the caller?
struct DaemonCheckup {
  private(set) var findings: [Finding] = []
  /// The connection, where there is one to go on with.
  private(set) var connection: Connection?
  /// The environments in which the caller has a role.
  private(set) var environments: [EnvironmentView] = []
  /// Whether the caller may look anybody up.
  private(set) var isAdmin = false
  /// Why there is none: how the command ends.
  private(set) var fault: (any Error)?

  /// Who may ask, where the caller may know that.
  var requesters: Result<[String], RunnerCheckup.Unasked> {
    if fault != nil { return .failure(.init(why: "the daemon did not list the requesters")) }
    return isAdmin
      ? .success(environments.flatMap(\.requesters))
      : .failure(.init(why: "the daemon lists the requesters only to an admin"))
  }

  /// Seconds that a daemon gets for its answer.
  static let patience: Int64 = 5

  init(_ options: ConnectionOptions) {
    do {
      let connection = try options.connect()
      try connection.requireTrustedServer()
      let status = try connection.call(
        .serverStatus, as: StatusView.self,
        deadline: WaitDeadline(secondsFromNow: Self.patience))
      self.connection = connection
      judge(status)
      isAdmin = status.you.roles?.contains("admin") ?? false
      environments = try connection.environments().items
      findings.append(Self.roles(status.you.roles ?? [], environments))
    } catch {
      fault = error
      findings.append(.fail("daemon", Failure(error, isExec: false).fault?.sentence ?? "no answer"))
    }
  }

  private mutating func judge(_ status: StatusView) {
    findings.append(.ok("daemon", "envgated \(status.version) is \(status.state)"))
    findings.append(Self.protocolVersion(status.protocolVersion, daemon: status.version))
    findings.append(Self.storage(status.storage))
    findings.append(Self.memory(isLocked: status.memoryLocked))
    findings.append(Self.you(status.you))
    if let hasKey = status.recoveryKey { findings.append(Self.recoveryKey(hasKey)) }
    if status.you.roles?.contains("admin") == true {
      findings.append(Self.backup(status.lastBackup, now: WallClock.now))
    }
    findings += status.warnings.map { .fail("warning", "\($0.reason): \($0.text)") }
  }

  static func protocolVersion(_ version: Int64, daemon: String) -> Finding {
    if version == StatusView.spoken {
      return .ok("protocol", "both ends speak version \(version)")
    }
    let isNewer = version > StatusView.spoken
    return .warn(
      "protocol",
      "the daemon speaks version \(version), this client version \(StatusView.spoken)",
      isNewer
        ? "install the client of envgated \(daemon)"
        : "if a newer envgated is installed, restart it")
  }

  static func recoveryKey(_ isThere: Bool) -> Finding {
    isThere
      ? .ok("recovery key", "the vault has a recovery key")
      : .warn(
        "recovery key", "no recovery key: a lost root key loses everything",
        "stop the daemon and run, as root, envgated recovery-key")
  }

  /// A backup older than this many days is reported.
  private static let freshDays: Int64 = 7

  /// - Parameters:
  ///   - last: when the last one was made; nil where none was.
  ///   - now: the same of this moment, in milliseconds.
  static func backup(_ last: Int64?, now: Int64) -> Finding {
    guard let last else {
      return .warn("backup", "nobody has made a backup yet", "make one: envgate backup FILE")
    }
    let days = max(0, now - last) / 86_400_000
    let text = "the last backup is of \(Timestamp.text(milliseconds: last))"
    return days <= freshDays
      ? .ok("backup", text) : .warn("backup", "\(text), \(days) days ago", "make a newer one")
  }

  static func memory(isLocked: Bool) -> Finding {
    isLocked
      ? .ok("memory", "the daemon's memory for secrets is locked")
      : .warn(
        "memory", "the daemon's memory for secrets may be swapped to disk",
        "raise its limit of locked memory (LimitMEMLOCK=)")
  }

  static func storage(_ word: String) -> Finding {
    if word == StatusView.storageIsFine {
      return .ok("storage", "the vault's disk works")
    }
    let sentence = StorageTrouble(rawValue: word)?.sentence ?? "the vault's disk is \(word)"
    return word == StorageTrouble.scarce.rawValue
      ? .warn("storage", sentence, "free some space on it")
      : .fail("storage", sentence, "nothing is released until that is fixed")
  }

  static func you(_ you: StatusView.You) -> Finding {
    let name = AccountView(uid: you.uid, account: you.account).text
    if let confined = you.confined {
      return .warn(
        "you", "\(name), confined: \(confined)",
        "your only possible role is requester; run envgate on the host")
    }
    guard let roles = you.roles else {
      return .fail(
        "you", "the account database does not answer for \(name)", "see nsswitch.conf(5)")
    }
    return .ok(
      "you",
      ([name] + (roles.isEmpty ? ["no role in the configuration"] : roles)).joined(separator: ", "))
  }

  /// What the caller may do where: by each role its environments, of many the first.
  static func roles(_ standing: [String], _ environments: [EnvironmentView]) -> Finding {
    let parts = environments.rolesInWords
    if !parts.isEmpty { return .ok("roles", parts.joined(separator: "; ")) }
    return standing.isEmpty
      ? .warn(
        "roles", "neither the configuration nor an environment names you",
        "ask an admin to add you with envgate environment edit")
      : .ok("roles", "no environment names you")
  }
}
