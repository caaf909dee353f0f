import Glibc
import Promises
import Testing

/// The recipe for Buildbot, run as its worker runs the step.
@Suite(
  .enabled(if: Programs.isThere && Programs.isRoot, "skipped: needs ENVGATE_BIN and root"),
  .enabled(
    if: ["python3", "jq"].allSatisfy { access("/usr/bin/" + $0, X_OK) == 0 },
    "skipped: needs python3 and jq"))
struct BuildbotRecipeTests {
  @Test(.promise(.approvedCommit))
  func `a Buildbot step asks with its build's commit, and deploys that`() throws {
    let host = try RecipeHost()
    let commit = try host.project.push(version: "second")
    try host.setReviewer(.approve)
    let done = try BuildbotWorker(host).deploy()
    #expect(done.code == 0, "\(done.stderr)")
    #expect(done.text.contains("deployed all of version second"))
    let shown = try host.daemon.must(["request", "show", "1", "--json"])
    for claim in [
      #""commit":"\#(commit)""#, #""ref":"main""#, #""run_url":"https://URLForBuild""#,
      #""reason":"job deploy""#,
    ] {
      #expect(shown.contains(claim), "\(shown)")
    }
    #expect(try host.traces(of: [done]) == [])
  }

  @Test func `a Buildbot build that is cancelled while it waits takes its request back`() throws {
    let host = try RecipeHost()
    let done = try BuildbotWorker(host).deploy(cancelledAt: "request 1 waits")
    #expect(done.code != 0)
    #expect(host.sentSignals == [SIGTERM])
    #expect(try host.states == ["cancelled"])
    #expect(!done.text.contains("deployed"))
  }

  @Test func `a Buildbot build that is cancelled while it deploys ends its command and its grant`()
    throws
  {
    let host = try RecipeHost()
    try host.setReviewer(.approve)
    try host.setDeploymentsHang()
    let done = try BuildbotWorker(host).deploy(cancelledAt: "begun")
    #expect(done.code == 128 + SIGTERM, "\(done.stderr)")
    #expect(try host.states == ["closed failure"])
    #expect(try host.traces(of: [done]) == [])
  }
}
