import Glibc
import Testing

/// `envgate report`
@Suite(.serialized, .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct ReportCommandTests {
  @Test func `a report is one private file about one environment, and overwrites nothing`() throws {
    let daemon = try JobLifeTests.stage()
    let file = daemon.folder + "/report.html"
    let job = try JobLifeTests.job(daemon, "true")
    _ = try job.readErrors(until: "waits")
    try JobLifeTests.approve(daemon, "1")
    #expect(job.finish().code == 0)
    try daemon.must(["environment", "edit", "production", "--rotation-period", "90d"])
    try daemon.must(["environment", "create", "dev", "--requester", "any", "--unprotected"])
    try daemon.must(["secret", "set", "TOKEN", "-e", "dev"], input: "t")
    try daemon.must(["secret", "get", "TOKEN", "-e", "dev"], as: TestDaemon.runner.uid)

    // An auditor's and an admin's: nobody else is told, and nothing is left.
    let stranger = try daemon.envgate(
      ["report", "-e", "production", "--html", "/tmp/none/x"], as: TestDaemon.bob.uid)
    #expect(stranger.code == 65 && stranger.stderr.contains("report.file"), "\(stranger)")
    let reviewer = try daemon.envgate(
      ["report", "-e", "production", "--html", "-"], as: TestDaemon.bob.uid)
    #expect(reviewer.code == 77 && reviewer.text.isEmpty, "\(reviewer)")

    #expect(try daemon.must(["report", "-e", "production", "--html", file]).isEmpty)
    var found = stat()
    #expect(stat(file, &found) == 0 && found.st_mode & 0o7777 == 0o600)
    let page = String(decoding: try readFile(file), as: UTF8.self)
    for text in [
      ">daemon (uid 1)</td>", ">backup</td>", ">KEY@1</td>", ">environment.changed</td>",
      "<li class=\"line\">Before production releases a secret:</li>",
      "Request 1 for production: closed (success)",
      "released under a request: 1<", "read without a request: 0<", "approvals: 1<",
    ] { #expect(page.contains(text), "\(text)") }
    #expect(!page.contains("TOKEN") && !page.contains("the value"))

    let again = try daemon.envgate(["report", "-e", "production", "--html", file])
    #expect(again.code == 65 && again.stderr.contains("exists already"), "\(again)")
    #expect(String(decoding: try readFile(file), as: UTF8.self) == page)
    try daemon.must(["report", "-e", "dev", "--since", "1h", "--html", file, "--overwrite"])
    let other = String(decoding: try readFile(file), as: UTF8.self)
    #expect(other.contains("read without a request: 1<") && other.contains(">TOKEN@1</td>"))
    let unknown = try daemon.envgate(["report", "-e", "nowhere", "--html", "-"])
    #expect(unknown.code == 77 && unknown.stderr.contains("environment.unknown"), "\(unknown)")
  }
}
