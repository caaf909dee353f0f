import Glibc
import Promises
import Testing
import VaultCore

@testable import envgate

/// What `envgate doctor` may not look at: it says so, and why, and never that it is well.
@Suite(.enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct DoctorUnseenTests {
  private static func isUnseen(_ finding: (verdict: String, text: String)?) -> Bool {
    finding?.verdict == "warn" && finding?.text.contains("could not check ") == true
  }

  @Test(.promise(.doctorTells))
  func `doctor: a socket, a folder and a key that the caller may not see are not taken for well`()
    throws
  {
    let daemon = try TestDaemon()
    let hidden = daemon.folder + "/hidden"
    mkdir(hidden, 0o700)
    mkdir(hidden + "/run", 0o755)
    let stranger = TestDaemon.stranger.uid
    let socket = try DoctorTests.ask(daemon, ["--socket", hidden + "/run/s"], as: stranger)
    for check in ["socket", "folder"] {
      #expect(Self.isUnseen(socket.findings[check]), "\(check)")
      #expect(socket.findings[check]?.text.contains("Permission denied") == true)
    }
    try write(
      try DoctorTests.text(daemon.configurationPath)
        .replacing("/root.key", with: "/hidden/run/root.key"), daemon.configurationPath)
    let key = try DoctorTests.ask(daemon, as: stranger)
    #expect(Self.isUnseen(key.findings["key"]))
    #expect(key.findings["key"]?.text.contains("Permission denied") == true)
    // What is not there is no all-clear either.
    let absent = try DoctorTests.ask(daemon, ["--socket", daemon.folder + "/none/s"])
    for check in ["socket", "folder"] { #expect(Self.isUnseen(absent.findings[check]), "\(check)") }
  }

  @Test(
    .promise(.doctorTells),
    arguments: [
      (UInt32(0), "fail", "uid 4321, which can replace"), (4_321, "warn", "an ordinary account"),
    ])
  func `doctor: a folder above the socket that is a plain account's is told`(
    caller: UInt32, verdict: String, text: String
  ) throws {
    let daemon = try TestDaemon()
    chown(daemon.folder, 4_321, 4_321)
    defer { chown(daemon.folder, 0, 0) }
    let report = try DoctorTests.ask(daemon, as: caller)
    #expect(report.findings["folder"]?.verdict == verdict)
    #expect(report.findings["folder"]?.text.contains(text) == true)
    // Of the account of another service, too.
    chown(daemon.folder, 34, 34)
    let service = try DoctorTests.ask(daemon)
    #expect(service.findings["folder"]?.verdict == "fail")
  }

  @Test func `doctor: a clock that the kernel does not tell of is not taken for kept`() {
    #expect(ClockCheckup.judge(EPERM, false).text.contains("could not check "))
    #expect(ClockCheckup.judge(EPERM, true).verdict == .warn)
    #expect(ClockCheckup.judge(0, true).verdict == .ok)
  }

  @Test(.promise(.sentDescriptors))
  func `doctor: a kernel that hands on what callers send along is told`() {
    #expect(KernelCheckup.judge(0).verdict == .ok)
    let old = KernelCheckup.judge(ENOPROTOOPT)
    #expect(old.verdict == .warn && old.text.contains("6.16"))
    #expect(KernelCheckup.judge(EMFILE).text.contains("could not check "))
    var name = utsname()
    uname(&name)
    let release = withUnsafeBytes(of: &name.release) { bytes in
      bytes.prefix { $0 != 0 }.split(separator: UInt8(ascii: "."))
        .prefix(2).compactMap { Int(String(decoding: $0, as: UTF8.self)) }
    }
    // By the version the kernel says of itself: the answer is the kernel's own.
    let refuses = !release.lexicographicallyPrecedes([6, 16])
    #expect((KernelCheckup.finding().verdict == .ok) == refuses)
  }

  @Test func `doctor: of many principals it says how many were not looked at`() {
    #expect(StaleCheckup.judge([], of: 500).verdict == .ok)
    let many = StaleCheckup.judge([], of: 620)
    #expect(many.verdict == .warn)
    #expect(many.text.contains("120 of the 620"))
    #expect(StaleCheckup.judge(["user:x in y"], of: 620).verdict == .fail)
  }

  @Test(.promise(.doctorTells))
  func `doctor: an account that may ask and can become root is told, by the account database`()
    throws
  {
    let daemon = try TestDaemon()
    try daemon.must([
      "environment", "create", "production", "--requester", "user:games", "--unprotected",
    ])
    let groups = try DoctorTests.database("/etc/group", with: ["docker:x:47111:games"])
    // No session here has the group.
    let admin = try DoctorTests.ask(
      daemon, over: ["/etc/group": groups], "--reuid=0 --regid=0 --clear-groups")
    #expect(
      admin.findings["runner"]?.text
        .hasPrefix(" games can become root through a container (group docker)") == true)
    let runner = try DoctorTests.ask(
      daemon, over: ["/etc/group": groups], "--reuid=1 --regid=1 --clear-groups")
    #expect(Self.isUnseen(runner.findings["requesters"]))
    #expect(runner.findings["requesters"]?.text.contains("only to an admin") == true)
    let alone = try DoctorTests.ask(daemon, ["--socket", "/nonexistent/s"])
    #expect(Self.isUnseen(alone.findings["requesters"]))
  }

  @Test(.promise(.doctorTells))
  func `doctor: who may ask and is not looked up one by one is said`() throws {
    let crowd = RunnerCheckup(
      named: [], requesters: .success(["any", "group:games", "user:daemon", "socket:gitlab"]),
      sudo: Self.noRules, members: { _ throws(HostAccount.Unanswered) in ([], false) }
    ).findings
    #expect(
      crowd.contains { $0.verdict == .warn && $0.text.contains("members of any, group:games can") })
    #expect(
      crowd.contains {
        $0.check == "requesters" && $0.text.contains("1 account may request secrets")
      })
    let root = RunnerCheckup(named: [], requesters: .success(["group:sudo"]), sudo: Self.noRules)
      .findings
    #expect(root.contains { $0.verdict == .warn && $0.text.contains("group sudo is a requester") })
  }

  @Test func `doctor: the members of a group that may ask are looked up, so many and no more`() {
    var asked: [String] = []
    func findings(members: Int) -> [Finding] {
      asked = []
      return RunnerCheckup(
        named: [], requesters: .success(["group:games", "gid:60"]), sudo: Self.noRules,
        lookUp: { name throws(HostAccount.Unanswered) in
          asked.append(name.text)
          return nil
        },
        members: { _ throws(HostAccount.Unanswered) in ((0..<members).map { "m\($0)" }, true) }
      ).findings
    }
    var found = findings(members: 100)
    #expect(asked.count { $0.hasPrefix("user:m") } == 200)
    #expect(!found.contains { $0.text.contains("whether the members of") })
    found = findings(members: 150)
    #expect(asked.count { $0.hasPrefix("user:m") } == RunnerCheckup.mostMembers)
    #expect(
      found.contains { $0.verdict == .warn && $0.text.contains("members of group:games can") })
  }

  @Test(arguments: ["games", "citwo"])
  func `doctor: a member of a group that may ask, by name or as its primary group, is told`(
    member: String
  ) throws {
    let daemon = try TestDaemon()
    try daemon.must([
      "environment", "create", "production", "--requester", "gid:47112", "--unprotected",
    ])
    let passwd = try DoctorTests.database(
      "/etc/passwd", with: ["citwo:x:47113:47112::/nonexistent:/bin/false"])
    let groups = try DoctorTests.database(
      "/etc/group", with: ["ci:x:47112:games", "docker:x:47111:\(member)"])
    let admin = try DoctorTests.ask(
      daemon, over: ["/etc/group": groups, "/etc/passwd": passwd],
      "--reuid=0 --regid=0 --clear-groups")
    #expect(
      admin.findings["runner"]?.text
        .hasPrefix(" \(member) can become root through a container (group docker)") == true,
      "\(admin)")
  }

  @Test func `doctor: a configuration that is not there is not said to be unreadable`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let missing = KeyCheckup.unread(folder.path + "/none").text
    #expect(missing.contains("No such file") && missing.contains("--config"), "\(missing)")
    #expect(!missing.contains("as root"))
    try write("no JSON", folder.path + "/file")
    #expect(KeyCheckup.unread(folder.path + "/file").text.contains("as a configuration"))
  }

  @Test(.promise(.doctorTells))
  func `doctor: an account database that does not answer is not taken for one without runners`()
    throws
  {
    let silent = RunnerCheckup(
      named: [], requesters: .success(["user:ci"]),
      sudo: Self.noRules,
      lookUp: { _ throws(HostAccount.Unanswered) in throw HostAccount.Unanswered(error: EIO) }
    ).findings
    #expect(
      silent.contains { $0.text.contains("could not check whether user:ci can become root") })
    #expect(silent.allSatisfy { $0.verdict == .warn })
    let crowd = RunnerCheckup(
      named: [], requesters: .success(["group:games"]), sudo: Self.noRules,
      members: { _ throws(HostAccount.Unanswered) in throw HostAccount.Unanswered(error: EIO) }
    ).findings
    #expect(
      crowd.contains { $0.text.contains("could not check whether group:games can become root") })
    // Nor the runners that are usual.
    #expect(
      silent.contains { $0.text.contains("could not check whether user:jenkins can become root") }
    )
  }

  private static let noRules = SudoRules(file: "/nonexistent", folder: "/nonexistent")

  @Test func `doctor: an account whose groups are not known is not taken for one without any`() {
    let silent = HostAccount.Unanswered(error: EIO)
    for (groups, name, why) in [
      ({ _ in nil }, { _ throws(HostAccount.Unanswered) in "ci" }, "does not list its groups"),
      ({ _ in [47_112] }, { _ throws(HostAccount.Unanswered) in throw silent }, "gid 47112: "),
    ] as [(RunnerCheckup.Groups, RunnerCheckup.GroupName, String)] {
      let findings = RunnerCheckup(
        named: ["games"], requesters: .success([]), sudo: Self.noRules, groups: groups,
        groupName: name
      ).findings
      let games = findings.first { $0.text.contains("games") }
      #expect(games?.verdict == .warn, "\(findings)")
      #expect(
        games?.text.contains("could not check") == true && games?.text.contains(why) == true)
    }
  }

  @Test func `doctor: a stored name that its environment allows is none that steers a job`() throws
  {
    let daemon = try TestDaemon()
    try daemon.must([
      "environment", "create", "open", "--requester", "user:daemon", "--unprotected",
      "--allow-name", "GIT_TOKEN",
    ])
    try daemon.must(["variable", "set", "GIT_TOKEN", "-e", "open", "--value", "x"])
    #expect(try DoctorTests.ask(daemon).findings["names"]?.verdict == "ok")
    // As it stands in an environment that allowed it once.
    try daemon.must(["environment", "edit", "open", "--no-allow-name", "GIT_TOKEN"])
    #expect(try DoctorTests.ask(daemon).findings["names"]?.verdict == "warn")
  }

  @Test func `doctor: rules of sudo that let an account, or cannot be read, are told of it`() throws
  {
    let folder = try Folder()
    defer { folder.remove() }
    func findings(_ sudo: SudoRules) -> [Finding] {
      RunnerCheckup(named: [], requesters: .success(["user:games"]), sudo: sudo).findings
    }
    let unread = findings(SudoRules(file: folder.path, folder: "/nonexistent"))
    #expect(
      unread.contains {
        $0.verdict == .warn && $0.text.contains("could not check whether games can become root")
      })
    #expect(!unread.contains { $0.check == "requesters" && $0.verdict == .ok })
    try write("games ALL=(ALL) NOPASSWD: ALL\n", folder.path + "/file")
    let rule = findings(SudoRules(file: folder.path + "/file", folder: "/nonexistent"))
    #expect(
      rule.contains {
        $0.verdict == .warn
          && $0.text.contains("games can become root through sudo without a password")
      })
  }

  @Test func `doctor: stored names that steer a job are told, and of many how many were not seen`()
  {
    #expect(NameCheckup.judge([], of: 200).verdict == .ok)
    #expect(NameCheckup.judge([], of: 201).text.contains("the names of 1 of the 201"))
    #expect(NameCheckup.judge([], of: 201).verdict == .warn)
    let found = NameCheckup.judge(["GIT_TOKEN in production"], of: 201)
    #expect(found.verdict == .warn && found.text.contains("GIT_TOKEN in production"))
  }
}
