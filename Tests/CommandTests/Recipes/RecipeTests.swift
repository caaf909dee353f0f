import Glibc
import Promises
import Testing

/// The recipes of config/examples, run as their CI systems would run them, under an account of its own.
@Suite(
  .enabled(if: Programs.isThere && Programs.isRoot, "skipped: needs ENVGATE_BIN and root"),
  .enabled(if: access("/usr/bin/jq", X_OK) == 0, "skipped: needs jq"))
struct RecipeTests {
  static let login =
    "login --service-principal --username the-client --tenant the-tenant --password=@- --output none"

  @Test(.promise(.nothingStaysOfADeployment), arguments: CISystem.allCases)
  func `each way of a recipe asks, deploys and tells the outcome, and nothing of the secret stays`(
    system: CISystem
  ) throws {
    let host = try RecipeHost()
    var runs: [Finished] = []
    func run(_ part: String, ends code: Int32 = 0) throws -> String {
      let outcome = try system.run(part, on: host)
      runs += outcome.steps
      #expect(outcome.code == code, "\(part): \(outcome.log)")
      return outcome.log
    }
    try host.setReviewer(.approve)
    #expect(try run("one step").contains("deployed all"))
    let steps = try run("several steps")
    #expect(steps.contains("deployed plan") && steps.contains("deployed apply"))

    try host.setDeploymentsFail(true)
    let failed = try run("several steps", ends: 1)
    #expect(failed.contains("deployed plan") && !failed.contains("deployed apply"))
    try host.setDeploymentsFail(false)
    try host.setReviewer(.reject)
    #expect(try !run("several steps", ends: 77).contains("deployed"))

    // Nobody is there in the evening: asked twice, and the first one is taken back.
    try host.setReviewer(.nothing)
    _ = try run("evening")
    _ = try run("evening")
    try JobLifeTests.approve(host.daemon, "6")
    #expect(try run("night").contains("deployed all"))

    _ = try run("ask", ends: 75)
    try JobLifeTests.approve(host.daemon, "7")
    #expect(try run("ask").contains("deployed all"))
    _ = try run("ask", ends: 75)
    try host.daemon.must(["reject", "8", "-m", "not today"], as: TestDaemon.bob.uid)
    _ = try run("ask", ends: 77)

    #expect(
      try host.states == [
        "closed success", "closed success", "closed failure", "rejected", "cancelled",
        "closed success", "closed success", "rejected",
      ])
    #expect(
      try host.azureCalls.filter { $0.hasPrefix("login") } == Array(repeating: Self.login, count: 6)
    )
    #expect(try host.traces(of: runs) == [])
    try expectNoTickets(host)
  }

  @Test(.promise(.approvedCommit), arguments: CISystem.allCases)
  func `a recipe deploys the commit that reviewers were shown, whatever was pushed since`(
    system: CISystem
  ) throws {
    let host = try RecipeHost()
    func expectCommit(_ commit: String, of request: Int) throws {
      let shown = try host.daemon.must(["request", "show", "\(request)", "--json"])
      #expect(shown.contains(#""commit":"\#(commit)""#), "\(shown)")
    }
    let early = try host.project.push(version: "early")
    let asked = try system.run("evening", on: host)
    #expect(asked.code == 0, "\(asked.log)")
    try expectCommit(early, of: 1)
    try JobLifeTests.approve(host.daemon, "1")
    let late = try host.project.push(version: "late")
    let night = try system.run("night", on: host)
    #expect(night.log.contains("deployed all of version early"), "\(night.log)")

    #expect(try system.run("ask", on: host).code == 75)
    try expectCommit(late, of: 2)
    try JobLifeTests.approve(host.daemon, "2")
    _ = try host.project.push(version: "latest")
    let answered = try system.run("ask", on: host, at: system.keepsCommit ? late : nil)
    #expect(answered.log.contains("deployed all of version late "), "\(answered.log)")

    try host.setReviewer(.approve)
    for (request, way) in [(3, "one step"), (4, "several steps")] {
      #expect(try system.run(way, on: host).log.contains("of version latest"))
      try expectCommit(try host.project.tip, of: request)
    }
  }

  @Test(.promise(.ticketsByProject), arguments: CISystem.allCases)
  func `projects that one account deploys share no ticket`(system: CISystem) throws {
    let host = try RecipeHost()
    let projects = [host.project, try RecipeProject(named: "other", id: 2, in: host.home)]
    for (part, code) in [("evening", Int32(0)), ("ask", 75)] {
      for project in projects {
        host.project = project
        let outcome = try system.run(part, on: host)
        #expect(outcome.code == code, "\(outcome.log)")
      }
    }
    #expect(try host.states == ["waiting", "waiting", "waiting", "waiting"])
    for id in ["2", "4"] { try JobLifeTests.approve(host.daemon, id) }
    #expect(try system.run("night", on: host).code == 0)
    #expect(try system.run("ask", on: host).code == 0)
    #expect(try host.states == ["waiting", "closed success", "waiting", "closed success"])
  }

  @Test(.promise(.nothingStaysOfADeployment))
  func `a container deploys through the job socket, and nothing of the secret stays`() throws {
    let host = try RecipeHost()
    try host.setReviewer(.approve)
    let outcome = try GitLabRunner(host, "in-a-container", host.project.tip).job("deploy")
    #expect(outcome.code == 0, "\(outcome.log)")
    #expect(outcome.log.contains("deployed all"))
    #expect(try host.states == ["closed success"])
    #expect(
      try host.daemon.must(["request", "list", "--json"]).contains(#""account":"socket:gitlab""#))
    #expect(try host.traces(of: outcome.steps) == [])
  }

  @Test(.promise(.nothingStaysOfADeployment))
  func `a job that is cancelled while it deploys ends, and takes what az kept along`() throws {
    let host = try RecipeHost()
    try host.setReviewer(.approve)
    try host.setDeploymentsHang()
    let outcome = try GitLabRunner(host, "one-step", host.project.tip).job(
      "deploy", cancelledAt: "begun")
    #expect(outcome.code == 128 + SIGTERM, "\(outcome.log)")
    #expect(try host.states == ["closed failure"])
    #expect(try host.azureCalls.first == Self.login)
    #expect(try host.traces(of: outcome.steps) == [])
  }

  @Test(.promise(.cancelledStepTakesBack), arguments: ["one-step", "several-steps"])
  func `a step that GitHub's runner cancels while it waits takes its request back at once`(
    way: String
  ) throws {
    let host = try RecipeHost()
    let outcome = try GitHubRunner(host, way, host.project.tip).job(
      "deploy", cancelledAt: "request 1 waits")
    #expect(outcome.code != 0)
    #expect(host.sentSignals == [SIGINT], "\(outcome.log)")
    #expect(try host.states == ["cancelled"])
    #expect(!outcome.log.contains("deployed"))
    try expectNoTickets(host)
  }

  @Test(.promise(.cancelledStepTakesBack), arguments: ["one-step", "several-steps"])
  func `a step that GitHub's runner cancels while it deploys ends its command and its grant`(
    way: String
  ) throws {
    let host = try RecipeHost()
    try host.setReviewer(.approve)
    try host.setDeploymentsHang()
    let outcome = try GitHubRunner(host, way, host.project.tip).job(
      "deploy", cancelledAt: "begun")
    #expect(outcome.code != 0)
    #expect(host.sentSignals == [SIGINT], "\(outcome.log)")
    #expect(try host.states == ["closed failure"])
    #expect(try host.traces(of: outcome.steps) == [])
    try expectNoTickets(host)
  }

  @Test(.promise(.nothingStaysOfADeployment))
  func `who signs in with the secret as an argument, or at home, is found out`() throws {
    let host = try RecipeHost()
    try host.setReviewer(.approve)
    let secret = "\"$AZURE_CLIENT_SECRET\""
    let careless =
      "envgate exec -e production --as azure -- sh -c "
      + "'az login --service-principal -u \"$AZURE_CLIENT_ID\" -t \"$AZURE_TENANT_ID\" -p \(secret)'"
    let done = try host.run(careless, shell: ["/bin/bash"], variables: [:])
    #expect(done.code == 0, "\(done.stderr)")
    let traces = try host.traces(of: [done])
    #expect(traces.contains { $0.hasPrefix("command line: ") })
    #expect(traces.contains { $0.hasPrefix("az: login ") })
    #expect(traces.contains("file: \(host.home)/.azure/service_principal_entries.json"))
  }

  /// A ticket that is of no use any more is not kept.
  private func expectNoTickets(_ host: RecipeHost) throws {
    let found = try Programs.run(["/bin/grep", "-rlE", "^egr1_", host.home])
    #expect(found.text.isEmpty, "\(found.text)")
  }
}
