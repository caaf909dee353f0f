import Glibc
import Testing

/// How recipes end: what they are told reaches the deployment once, nothing goes on behind them, and a ticket is
/// neither lost before its time nor found by another job.
@Suite(
  .enabled(if: Programs.isThere && Programs.isRoot, "skipped: needs ENVGATE_BIN and root"),
  .enabled(if: access("/usr/bin/jq", X_OK) == 0, "skipped: needs jq"))
struct RecipeEndTests {
  private static let ways = ["one-step", "several-steps", "nightly", "ask"]

  /// Runs a script of the shell's recipes until its deployment has begun, and then tells it to end.
  private func endedDeployment(
    _ way: String, on host: RecipeHost, by cancel: RecipeHost.Cancellation
  ) throws -> CISystem.Outcome {
    switch way {
    case "nightly", "ask":
      let asked = try CISystem.plainShell.run(way == "ask" ? "ask" : "evening", on: host)
      #expect(asked.code == (way == "ask" ? 75 : 0), "\(asked.log)")
      try JobLifeTests.approve(host.daemon, "1")
    default: try host.setReviewer(.approve)
    }
    return try CISystem.plain(
      way, way == "nightly" ? ["night"] : [], host, endedAt: "begun", by: cancel)
  }

  @Test(arguments: ways, [true, false])
  func
    `a signal to a script or to its group reaches the deployment once, and nothing goes on behind`(
      way: String, isForGroup: Bool
    ) throws
  {
    let host = try RecipeHost()
    try host.setDeploymentsCountSignals()
    let outcome = try endedDeployment(
      way, on: host, by: isForGroup ? .processGroup : .once(SIGTERM))
    #expect(outcome.code == 3, "\(outcome.log)")
    #expect(try host.countedSignals() == ["TERM", "active", "ended"], "\(outcome.log)")
    #expect(try host.states == ["closed failure"])
    #expect(try host.traces(of: outcome.steps) == [])
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP, SIGKILL])
  func `a script of several steps that is ended while it waits leaves nothing that waits`(
    signal: Int32
  ) throws {
    let host = try RecipeHost()
    let outcome = try CISystem.plain(
      "several-steps", [], host, endedAt: "request 1 waits", by: .once(signal))
    #expect(outcome.code != 0, "\(outcome.log)")
    #expect(try host.states == ["cancelled"])
  }

  @Test(arguments: CISystem.allCases)
  func `a ticket is forgotten once the deployment has run or will not, and not before`(
    system: CISystem
  ) throws {
    let host = try RecipeHost()
    func run(_ part: String, ends code: Int32) throws {
      let outcome = try system.run(part, on: host)
      #expect(outcome.code == code, "\(part): \(outcome.log)")
    }
    func runWithoutDaemon(_ part: String) throws {
      host.isDaemonAway = true
      try run(part, ends: 69)
      host.isDaemonAway = false
    }
    try run("ask", ends: 75)
    try runWithoutDaemon("ask")
    try JobLifeTests.approve(host.daemon, "1")
    try runWithoutDaemon("ask")
    try host.setExecFails(true)
    try run("ask", ends: 70)
    try host.setExecFails(false)
    try host.setDeploymentsFail(true)
    try run("ask", ends: 1)
    try host.setDeploymentsFail(false)
    try run("ask", ends: 75)
    #expect(try host.states == ["closed failure", "waiting"])

    try run("evening", ends: 0)
    // Jenkins asks git for the commit; without a daemon all of them end before they ask anew.
    try runWithoutDaemon("evening")
    try JobLifeTests.approve(host.daemon, "3")
    try run("night", ends: 0)
    #expect(try host.states == ["closed failure", "waiting", "closed success"])
  }

  @Test(arguments: CISystem.allCases)
  func `jobs of one project share no ticket`(system: CISystem) throws {
    let host = try RecipeHost()
    // A pipeline of Jenkins is one job; its stages of evening and night belong to it.
    for part in system == .jenkins ? ["ask"] : ["ask", "evening"] {
      for prefix in ["", "other-"] {
        host.jobPrefix = prefix
        let outcome = try system.run(part, on: host)
        #expect(outcome.code == (part == "ask" ? 75 : 0), "\(outcome.log)")
      }
    }
    let count = system == .jenkins ? 2 : 4
    #expect(try host.states == Array(repeating: "waiting", count: count))
    for id in stride(from: 1, to: count, by: 2) {
      try JobLifeTests.approve(host.daemon, "\(id)")
    }
    #expect(try system.run("ask", on: host).code == 75)
    if system != .jenkins { #expect(try system.run("night", on: host).code != 0) }
    host.jobPrefix = ""
    #expect(try system.run("ask", on: host).code == 0)
    if system != .jenkins { #expect(try system.run("night", on: host).code == 0) }
  }

  @Test func `jobs of one matrix share no ticket`() throws {
    let host = try RecipeHost()
    for matrix in [#"{"region": "north"}"#, #"{"region": "south"}"#] {
      host.matrix = matrix
      #expect(try CISystem.githubActions.run("ask", on: host).code == 75)
    }
    try JobLifeTests.approve(host.daemon, "1")
    #expect(try CISystem.githubActions.run("ask", on: host).code == 75)
    #expect(try host.states == ["approved", "waiting"])
  }
}
