import Glibc
import Testing

/// What each recipe says whatever its way: where it runs, how long, and one at a time.
@Suite struct RecipeShapeTests {
  private static let ways = ["one-step", "several-steps", "nightly", "ask"]

  private func text(_ name: String) throws -> String {
    String(decoding: try readFile(RecipeHost.example(name)), as: UTF8.self)
  }

  /// The label of all hosts with a vault, or, where a ticket stays on one, the label of that host.
  private func label(_ way: String, all: String) -> String {
    way == "nightly" || way == "ask" ? "envgate-build1" : all
  }

  @Test(arguments: ways)
  func `a workflow for GitHub runs on the vault's host, one at a time, and not for ever`(
    way: String
  ) throws {
    let file = try RecipeYAML(text("github-actions/\(way).yml"))
    #expect(file["concurrency", "group"]?.text == "production")
    #expect(file["concurrency", "cancel-in-progress"]?.text == "false")
    let jobs = file["jobs"]?.members ?? []
    #expect(!jobs.isEmpty)
    for (name, job) in jobs {
      #expect(job["runs-on"]?.text == "[self-hosted, \(label(way, all: "envgate"))]", "\(name)")
      #expect(job["timeout-minutes"]?.text.flatMap { Int($0) } != nil, "\(name)")
    }
  }

  @Test(arguments: ways + ["in-a-container"])
  func `a job for GitLab runs on the vault's host, one at a time, and not for ever`(
    way: String
  ) throws {
    let tag = way == "in-a-container" ? "envgate-docker" : label(way, all: "envgate-shell")
    let jobs = try RecipeYAML(text("gitlab/\(way).yml")).members
    #expect(!jobs.isEmpty)
    for (name, job) in jobs {
      #expect(job["tags"]?.text == "[\(tag)]", "\(name)")
      #expect(job["resource_group"]?.text == "production", "\(name)")
      #expect(job["timeout"]?.text?.isEmpty == false, "\(name)")
    }
  }

  @Test(arguments: ways)
  func `a pipeline for Jenkins runs on the vault's host, one at a time, and not for ever`(
    way: String
  ) throws {
    let file = try text("jenkins/\(way).Jenkinsfile")
    #expect(file.contains("agent { label '\(label(way, all: "envgate"))' }"))
    #expect(file.contains("disableConcurrentBuilds()"))
    #expect(file.contains("timeout(time: "))
  }

  @Test(arguments: ways)
  func `a script for the shell runs one at a time, and not for ever`(way: String) throws {
    let file = try text("shell/\(way).sh")
    #expect(file.contains("flock --nonblock 9"))
    #expect(
      file.contains(way == "one-step" ? "TERM && after 10m KILL)" : "TERM && after 10m USR1)"))
  }

  @Test func `there is a recipe of each way for each CI system, and no other file beside them`()
    throws
  {
    let listed = try Programs.run([
      "/usr/bin/find", RecipeHost.example(""), "-type", "f", "-regex",
      ".*/\\(github-actions\\|gitlab\\|jenkins\\|shell\\)/[^/]*", "-printf", "%P\n",
    ])
    let expected = Self.ways.flatMap {
      [
        "github-actions/\($0).yml", "gitlab/\($0).yml", "jenkins/\($0).Jenkinsfile",
        "shell/\($0).sh",
      ]
    }
    #expect(
      Set(listed.text.split(separator: "\n").map(String.init))
        == Set(expected + ["gitlab/in-a-container.yml"]))
  }

  @Test(
    .enabled(
      if: access("/usr/bin/shellcheck", X_OK) == 0, "optional: shellcheck is not installed"))
  func `shellcheck finds nothing in the scripts`() throws {
    let scripts = try Programs.run([
      "/usr/bin/find", RecipeHost.example(""), "-name", "*.sh", "-not", "-path", "*/.build/*",
    ])
    let done = try Programs.run(
      ["/usr/bin/shellcheck", "--severity=warning"]
        + scripts.text.split(separator: "\n").map(String.init))
    #expect(done.code == 0, "\(done.text)")
  }
}
