import Glibc
import Promises
import Testing

@testable import envgate

/// `envgate doctor`: real accounts, a real daemon, and what goes wrong with both.
@Suite(.enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct DoctorTests {
  /// What it said, line by line, in three parts: the verdict, what was looked at, the rest. Of several lines
  /// of one check (one for each account) the first of the worst.
  struct Report {
    let code: Int32
    let stderr: String
    var findings: [String: (verdict: String, text: String)] = [:]

    init(_ done: Finished) {
      code = done.code
      stderr = done.stderr
      for line in done.text.split(separator: "\n") {
        let parts = line.split(separator: "\t", maxSplits: 1)
        let said = (parts.last ?? "").split(separator: ":", maxSplits: 1)
        let check = String(said.first ?? "")
        let verdict = String(parts.first ?? "")
        if let known = findings[check], Self.weight(known.verdict) >= Self.weight(verdict) {
          continue
        }
        findings[check] = (verdict, String(said.last ?? ""))
      }
    }

    private static func weight(_ verdict: String) -> Int {
      ["ok", "warn", "fail"].firstIndex(of: verdict) ?? -1
    }

    var failed: [String] { findings.filter { $0.value.verdict == "fail" }.keys.sorted() }
  }

  static func ask(
    _ daemon: TestDaemon, _ more: [String] = [], as uid: UInt32? = nil
  ) throws -> Report {
    chmod(daemon.configurationPath, 0o644)
    return Report(
      try daemon.envgate(["doctor", "--config", daemon.configurationPath] + more, as: uid))
  }

  /// As an account with these mounts over files of the account database.
  static func ask(
    _ daemon: TestDaemon, over files: [String: String], _ setpriv: String
  ) throws -> Report {
    var script = ""
    for (path, text) in files {
      let copy = daemon.folder + "/" + path.split(separator: "/").joined(separator: "-")
      try write(text, copy)
      chmod(copy, 0o644)
      script += "mount --bind '\(copy)' '\(path)' && "
    }
    script +=
      "exec setpriv \(setpriv) -- \(try Programs.path("envgate")) doctor --config /nonexistent"
    return Report(
      try Programs.run(
        ["/usr/bin/unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", script],
        environment: ["ENVGATE_SOCKET": daemon.socket]))
  }

  static func text(_ path: String) throws -> String {
    String(decoding: try readFile(path), as: UTF8.self)
  }

  /// The host's file of accounts or groups with these entries, and with no other of their names.
  static func database(_ path: String, with entries: [String]) throws -> String {
    let names = Set(entries.map { $0.prefix { $0 != ":" } })
    let kept = try text(path).split(separator: "\n")
      .filter { entry in !names.contains(entry.prefix { $0 != ":" }) }
    return (kept.map(String.init) + entries).map { $0 + "\n" }.joined()
  }

  @Test func `a host where all is well has nothing to mend`() throws {
    let daemon = try TestDaemon(extra: ", \"service_accounts\": [\"user:daemon\"]")
    try daemon.must([
      "environment", "create", "production", "--requester", "user:daemon", "--reviewer",
      "user:backup",
    ])
    let records = try daemon.must(["audit", "list"]).split(separator: "\n").count
    let admin = try Self.ask(daemon)
    #expect(admin.code == 0)
    #expect(admin.failed == [])
    #expect(admin.stderr == "")
    for check in [
      "daemon", "protocol", "storage", "you", "socket", "folder", "groups", "configuration",
      "key", "runner", "principals",
    ] {
      #expect(admin.findings[check]?.verdict == "ok", "\(check)")
    }
    #expect(
      admin.findings["principals"]?.text == " all 2 principals in gates still exist unchanged")
    // Without a role by configuration: less to see, and nothing wrong.
    let runner = try Self.ask(daemon, as: TestDaemon.runner.uid)
    #expect(runner.code == 0)
    #expect(runner.failed == [])
    #expect(runner.findings["roles"]?.text == " requester of production")
    #expect(runner.findings["you"]?.text == " daemon (uid 1), no role in the configuration")
    #expect(runner.findings["principals"] == nil)
    let stranger = try Self.ask(daemon, as: TestDaemon.stranger.uid)
    #expect(stranger.code == 0)
    #expect(stranger.findings["roles"]?.verdict == "warn")
    // Reading leaves nothing behind.
    #expect(try daemon.must(["audit", "list"]).split(separator: "\n").count == records)
  }

  @Test func `as JSON it is one array of what was looked at`() throws {
    let daemon = try TestDaemon()
    let done = try daemon.envgate(["doctor", "--json", "--socket", "/nonexistent/s"])
    #expect(done.code == 69)
    #expect(
      done.text.hasPrefix(#"[{"check":"daemon","verdict":"fail","sentence":"no daemon: "#))
    #expect(done.text.contains(#""check":"groups","verdict":"ok""#))
    #expect(done.text.hasSuffix("}]\n"))
    // A pipe or a device in place of the configuration holds nobody up, and is said to be unread.
    mkfifo(daemon.folder + "/pipe", 0o600)
    for path in [daemon.folder + "/pipe", "/dev/zero", daemon.folder, "/nonexistent"] {
      let unread = Report(try daemon.envgate(["doctor", "--config", path]))
      #expect(unread.code == 0)
      #expect(unread.findings["key"]?.verdict == "warn")
      let why = path == "/nonexistent" ? ": No such file" : " cannot be read"
      #expect(
        unread.findings["key"]?.text.contains("could not check the root key: \(path)\(why)") == true
      )
    }
  }

  @Test(arguments: ["C", "C.UTF-8"])
  func `at a real terminal it is as wide as that, and in its colours`(locale: String) throws {
    let client = try Programs.path("envgate")
    let done = try Programs.run(
      [
        "/usr/bin/script", "-qec",
        "stty cols 40; \(client) doctor --socket /nonexistent/grün --config /nonexistent",
        "/dev/null",
      ], environment: ["LC_ALL": locale, "TERM": "xterm"])
    let lines = done.text.split(separator: "\r\n").filter { !$0.hasPrefix("envgate: ") }
    #expect(lines.first?.hasPrefix("\u{1B}[31mfail\u{1B}[0m  daemon: no daemon: ") == true)
    #expect(lines.count > 4)
    for line in lines {
      let shown = line.replacing("\u{1B}[31m", with: "").replacing("\u{1B}[32m", with: "")
        .replacing("\u{1B}[33m", with: "").replacing("\u{1B}[0m", with: "")
      #expect(DisplayWidth.of(shown) <= 40, "\(line)")
    }
    #expect(done.text.contains("grün") == (locale != "C"))
    #expect(done.text.contains("gr\\u{FC}n") == (locale == "C"))
  }

  @Test func `a daemon that does not answer is told apart by why`() throws {
    let daemon = try TestDaemon()
    let absent = try Self.ask(daemon, ["--socket", "/nonexistent/s"])
    #expect(absent.code == 69)
    #expect(absent.failed == ["daemon"])
    #expect(absent.stderr.hasPrefix("envgate: daemon.absent: "))

    chmod(daemon.socket, 0o600)
    let barred = try Self.ask(daemon, as: TestDaemon.stranger.uid)
    #expect(barred.code == 69)
    #expect(barred.stderr.hasPrefix("envgate: daemon.permission: "))
    #expect(barred.findings["socket"]?.text.contains("0600 root:root") == true)

    daemon.crash()
    chmod(daemon.socket, 0o666)
    let stale = try Self.ask(daemon, as: TestDaemon.runner.uid)
    #expect(stale.code == 69)
    #expect(stale.stderr.hasPrefix("envgate: daemon.stale: "))
    #expect(stale.findings["daemon"]?.text.contains("start envgated again") == true)

    let file = try Self.ask(daemon, ["--socket", daemon.configurationPath])
    #expect(file.code == 69)
    #expect(file.failed == ["daemon", "socket"])
  }

  @Test(.promise(.doctorTells))
  func `somebody else's socket is not spoken to`() throws {
    let daemon = try TestDaemon()
    let folder = daemon.folder + "/theirs"
    mkdir(folder, 0o755)
    chown(folder, 4_321, 4_321)
    let other = try RunningProcess(
      ["/usr/bin/socat", "UNIX-LISTEN:\(folder)/s,fork,mode=666", "EXEC:cat"], uid: 4_321)
    for _ in 0..<200 where access(folder + "/s", F_OK) != 0 { usleep(20_000) }
    let report = try Self.ask(daemon, ["--socket", folder + "/s"])
    #expect(report.code == 77)
    #expect(report.failed == ["daemon", "folder", "socket"])
    #expect(report.stderr.hasPrefix("envgate: daemon.untrusted: "))
    #expect(report.findings["socket"]?.text.contains("belongs to uid 4321") == true)
    other.signal(SIGTERM)
  }

  @Test(
    .promise(.doctorTells),
    arguments: [(0o777, "fail", 78), (0o775, "fail", 78), (0o1777, "warn", 0)])
  func `a folder that others may write to is told`(mode: Int, verdict: String, code: Int32) throws {
    let daemon = try TestDaemon()
    let folder = daemon.folder + "/run"
    if mode == 0o775 { chown(folder, 0, 34) }
    chmod(folder, mode_t(mode))
    let report = try Self.ask(daemon)
    #expect(report.findings["folder"]?.verdict == verdict)
    #expect(report.code == code)
    if code != 0 { #expect(report.stderr == "envgate: doctor.failed: 1 check failed; see above\n") }
  }

  @Test func `a group that was given after the log-in is told, and one that was taken away`() throws
  {
    let daemon = try TestDaemon()
    let groups = try Self.database("/etc/group", with: ["envgate-made:x:47110:games"])
    let later = try Self.ask(
      daemon, over: ["/etc/group": groups], "--reuid=5 --regid=60 --clear-groups")
    #expect(later.findings["groups"]?.verdict == "warn")
    #expect(
      later.findings["groups"]?.text
        == " games is in envgate-made, but this session is not; log in again")
    let former = try Self.ask(daemon, over: [:], "--reuid=5 --regid=60 --groups=34")
    #expect(former.findings["groups"]?.verdict == "warn")
    #expect(
      former.findings["groups"]?.text
        .contains("still has backup, but games is no longer a member") == true)
    let nobody = try Self.ask(daemon, over: [:], "--reuid=47110 --regid=47110 --clear-groups")
    #expect(nobody.findings["groups"]?.text.contains("no account of uid 47110") == true)
    for report in [later, former, nobody] { #expect(report.code == 0) }
  }

  @Test(.promise(.doctorTells))
  func `a runner that can become root is told`() throws {
    let daemon = try TestDaemon()
    let groups = try Self.database("/etc/group", with: ["docker:x:47111:gitlab-runner"])
    let passwd = try Self.database(
      "/etc/passwd", with: ["gitlab-runner:x:47110:47110::/:/bin/sh"])
    let report = try Self.ask(
      daemon, over: ["/etc/group": groups, "/etc/passwd": passwd],
      "--reuid=5 --regid=60 --clear-groups")
    #expect(report.code == 0)
    #expect(report.findings["runner"]?.verdict == "warn")
    let runner = try Self.ask(
      daemon, over: ["/etc/group": groups, "/etc/passwd": passwd],
      "--reuid=47110 --regid=47110 --groups=47111")
    #expect(runner.findings["runner"]?.verdict == "warn")
    #expect(
      runner.findings["runner"]?.text
        .hasPrefix(" gitlab-runner can become root through a container (group docker)") == true)
  }

  @Test(.promise(.doctorTells))
  func `rules of sudo that ask for no password are found`() throws {
    let daemon = try TestDaemon(start: false)
    let folder = daemon.folder + "/sudoers.d"
    mkdir(folder, 0o755)
    try write(
      "root ALL=(ALL) ALL\n# x ALL=NOPASSWD: ALL\n#y,z ALL=NOPASSWD: ALL\n",
      daemon.folder + "/sudoers")
    try write("ci,web ALL=(ALL) NOPASSWD: ALL\n%ops ALL = NOPASSWD: ALL\n", folder + "/ours")
    try write("left ALL=(ALL) NOPASSWD: ALL\n", folder + "/ours.dpkg-old")
    let rules = SudoRules(file: daemon.folder + "/sudoers", folder: folder)
    func asks(
      _ rules: SudoRules, _ account: String, groups: Set<String> = [], uid: UInt32 = 7,
      gids: Set<UInt32> = [7]
    ) -> Bool {
      rules.asksNoPassword(account, uid: uid, groups: groups, gids: gids)
    }
    for (account, groups, found) in [
      ("ci", [], true), ("web", [], true), ("bob", ["ops"], true), ("bob", ["dev"], false),
      ("x", [], false), ("z", [], false), ("left", [], false), ("root", [], false),
    ] as [(String, Set<String>, Bool)] {
      #expect(asks(rules, account, groups: groups) == found, "\(account)")
    }
    // By its number, or a group's; and where all may.
    try write("#997,#998 ALL=(ALL) NOPASSWD: ALL\n%#77 ALL=NOPASSWD: ALL\n", folder + "/ours")
    let numbers = SudoRules(file: daemon.folder + "/sudoers", folder: folder)
    #expect(asks(numbers, "ci", uid: 998) && asks(numbers, "ci", gids: [7, 77]))
    #expect(!asks(numbers, "ci"))
    try write("ALL ALL=(ALL) NOPASSWD: ALL\n", folder + "/ours")
    #expect(asks(SudoRules(file: daemon.folder + "/sudoers", folder: folder), "anybody"))
  }

  @Test func `doctor: rules of sudo that cannot be read are not taken for none`() throws {
    let daemon = try TestDaemon(start: false)
    let folder = daemon.folder + "/sudoers.d"
    mkdir(folder, 0o755)
    #expect(
      SudoRules(file: daemon.folder + "/none", folder: daemon.folder + "/none.d").unread == [])
    // What is no file cannot be read by root either.
    mkdir(folder + "/ours", 0o755)
    let rules = SudoRules(file: daemon.folder, folder: daemon.configurationPath)
    #expect(rules.unread.count == 2)
    #expect(SudoRules(file: daemon.folder + "/none", folder: folder).unread.count == 1)
  }

  @Test(.promise(.doctorTells))
  func `a key that others may read, or that lies beside the vault, is told`() throws {
    let daemon = try TestDaemon()
    chmod(daemon.folder + "/root.key", 0o644)
    let open = try Self.ask(daemon)
    #expect(open.code == 78)
    #expect(open.failed == ["key"])
    #expect(open.findings["key"]?.text.contains("0644 root:root") == true)
    let text = try Self.text(daemon.configurationPath)
      .replacing("/root.key", with: "/state/root.key")
    try write(text, daemon.configurationPath)
    #expect(try Self.ask(daemon).findings["key"]?.text.contains("in the state directory") == true)
    chmod(daemon.configurationPath, 0o666)
    let writable = Report(
      try daemon.envgate(["doctor", "--config", daemon.configurationPath]))
    #expect(writable.failed == ["configuration", "key"])
  }

  @Test func `an account that was made anew under another number is told`() throws {
    let daemon = try TestDaemon()
    try daemon.must([
      "environment", "create", "production", "--requester", "user:games", "--unprotected",
    ])
    daemon.stop()
    let copy = daemon.folder + "/passwd"
    let passwd = try Self.text("/etc/passwd").split(separator: "\n")
      .map { $0.hasPrefix("games:") ? "games:x:47112:60::/:/bin/sh" : String($0) }
    try write(passwd.joined(separator: "\n") + "\n", copy)
    chmod(copy, 0o644)
    let process = try RunningProcess([
      "/usr/bin/unshare", "--mount", "--propagation", "private", "/bin/sh", "-c",
      "mount --bind '\(copy)' /etc/passwd && exec \(try Programs.path("envgated")) --config "
        + "\(daemon.configurationPath)",
    ])
    _ = try process.readErrors(until: "listening")
    let report = try Self.ask(daemon)
    #expect(report.code == 78)
    #expect(report.failed == ["principals"])
    #expect(report.findings["principals"]?.text.hasPrefix(" user:games in production: ") == true)
    process.signal(SIGTERM)
  }

  @Test func `memory that could be swapped, and a clock that nobody keeps, are told`() {
    #expect(DaemonCheckup.memory(isLocked: true).verdict == .ok)
    #expect(DaemonCheckup.memory(isLocked: false).verdict == .warn)
    #expect(ClockCheckup.judge(0, false).verdict == .warn)
  }

  @Test(arguments: [(1, "ok"), (2, "warn"), (0, "warn")] as [(Int64, String)])
  func `a protocol of another version is told`(version: Int64, verdict: String) {
    let finding = DaemonCheckup.protocolVersion(version, daemon: "9.9.9")
    #expect(finding.verdict.rawValue == verdict)
  }

  @Test(arguments: [
    ("ok", "ok"), ("scarce", "warn"), ("full", "fail"), ("gone", "fail"), ("melted\u{1B}", "fail"),
  ])
  func `a disk in trouble is told`(word: String, verdict: String) {
    let finding = DaemonCheckup.storage(word)
    #expect(finding.verdict.rawValue == verdict)
    #expect(!finding.text.unicodeScalars.contains("\u{1B}"))
  }
}
