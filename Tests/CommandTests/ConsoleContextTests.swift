import ArgumentParser
import Testing
import VaultCore

@testable import envgate

@Suite struct ConsoleContextTests {
  /// What each system's documented variables make of a job, with variables of others beside them.
  static let jobs: [(system: String, variables: [String: String], context: RequestContext)] = [
    (
      "GitHub Actions",
      [
        "GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/heads/main", "GITHUB_SHA": "4f2c",
        "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "o/r",
        "GITHUB_RUN_ID": "7", "GITHUB_RUN_NUMBER": "3", "GITHUB_WORKFLOW": "deploy",
        "GITHUB_JOB": "prod", "GITHUB_ACTOR": "octocat", "BUILD_URL": "https://elsewhere",
      ],
      RequestContext(
        reason: "workflow deploy, job prod, started by octocat", ref: "refs/heads/main",
        commit: "4f2c", runURL: "https://github.com/o/r/actions/runs/7")
    ),
    (
      "Forgejo Actions",
      [
        "GITHUB_ACTIONS": "true", "GITEA_ACTIONS": "true", "GITHUB_REF": "refs/heads/main",
        "GITHUB_SHA": "4f2c", "GITHUB_SERVER_URL": "https://code", "GITHUB_REPOSITORY": "o/r",
        "GITHUB_RUN_ID": "7001", "GITHUB_RUN_NUMBER": "3", "GITHUB_WORKFLOW": "deploy",
      ],
      RequestContext(
        reason: "workflow deploy", ref: "refs/heads/main", commit: "4f2c",
        runURL: "https://code/o/r/actions/runs/3")
    ),
    (
      "Woodpecker",
      [
        "CI": "woodpecker", "CI_SYSTEM_NAME": "woodpecker", "CI_REPO": "o/r",
        "CI_WORKFLOW_NAME": "deploy", "CI_STEP_NAME": "production", "CI_COMMIT_AUTHOR": "eve",
        "CI_COMMIT_REF": "refs/heads/main", "CI_COMMIT_SHA": "4f2c",
        "CI_PIPELINE_URL": "https://ci/repos/1/pipeline/8",
      ],
      RequestContext(
        reason: "repository o/r, workflow deploy, step production, started by eve",
        ref: "refs/heads/main", commit: "4f2c", runURL: "https://ci/repos/1/pipeline/8")
    ),
    (
      "GitLab",
      [
        "GITLAB_CI": "true", "CI_COMMIT_REF_NAME": "main", "CI_COMMIT_SHA": "4f2c",
        "CI_JOB_URL": "https://gitlab/j/1", "CI_JOB_NAME": "deploy", "GITLAB_USER_LOGIN": "eve",
      ],
      RequestContext(
        reason: "job deploy, started by eve", ref: "main", commit: "4f2c",
        runURL: "https://gitlab/j/1")
    ),
    (
      "Azure Pipelines",
      [
        "TF_BUILD": "True", "BUILD_DEFINITIONNAME": "Deploy", "SYSTEM_JOBDISPLAYNAME": "To prod",
        "BUILD_REQUESTEDFOR": "Eve Example", "BUILD_SOURCEBRANCH": "refs/heads/main",
        "BUILD_SOURCEVERSION": "4f2c", "BUILD_BUILDID": "12",
        "SYSTEM_TEAMFOUNDATIONCOLLECTIONURI": "https://dev.azure.com/org/",
        "SYSTEM_TEAMPROJECT": "My Project",
      ],
      RequestContext(
        reason: "pipeline Deploy, job To prod, started by Eve Example", ref: "refs/heads/main",
        commit: "4f2c", runURL: "https://dev.azure.com/org/My%20Project/_build/results?buildId=12")
    ),
    (
      "Buildkite",
      [
        "BUILDKITE": "true", "BUILDKITE_PIPELINE_SLUG": "web", "BUILDKITE_LABEL": ":rocket: Deploy",
        "BUILDKITE_BUILD_CREATOR": "Eve", "BUILDKITE_BRANCH": "main", "BUILDKITE_TAG": "",
        "BUILDKITE_COMMIT": "4f2c", "BUILDKITE_BUILD_URL": "https://buildkite.com/o/web/builds/5",
        "BUILDKITE_JOB_ID": "0187",
      ],
      RequestContext(
        reason: "pipeline web, step :rocket: Deploy, started by Eve", ref: "main", commit: "4f2c",
        runURL: "https://buildkite.com/o/web/builds/5#0187")
    ),
    (
      "CircleCI",
      [
        "CIRCLECI": "true", "CIRCLE_PROJECT_REPONAME": "web", "CIRCLE_JOB": "deploy",
        "CIRCLE_USERNAME": "eve", "CIRCLE_TAG": "v1", "CIRCLE_SHA1": "4f2c",
        "CIRCLE_BUILD_URL": "https://circleci.com/gh/o/web/5",
      ],
      RequestContext(
        reason: "project web, job deploy, started by eve", ref: "v1", commit: "4f2c",
        runURL: "https://circleci.com/gh/o/web/5")
    ),
    (
      "TeamCity",
      [
        "TEAMCITY_VERSION": "2025.03", "TEAMCITY_PROJECT_NAME": "Web",
        "TEAMCITY_BUILDCONF_NAME": "Deploy", "BUILD_NUMBER": "5", "BUILD_VCS_NUMBER": "4f2c",
        "BUILD_URL": "https://teamcity/build/99",
      ],
      RequestContext(
        reason: "project Web, build Deploy, number 5", commit: "4f2c",
        runURL: "https://teamcity/build/99")
    ),
    (
      "Jenkins",
      [
        "BUILD_URL": "https://jenkins/1", "GIT_COMMIT": "4f2c", "GIT_BRANCH": "origin/main",
        "JOB_NAME": "deploy",
      ],
      RequestContext(
        reason: "job deploy", ref: "origin/main", commit: "4f2c", runURL: "https://jenkins/1")
    ),
  ]

  @Test(arguments: jobs.indices)
  func `a CI system's variables fill the context`(index: Int) {
    let job = Self.jobs[index]
    #expect(CIContext.context { job.variables[$0] } == job.context, "\(job.system)")
  }

  @Test(arguments: [
    ("\u{2601}\u{FE0F} Deploy", "\u{2601}[U+FE0F] Deploy"),
    ("\u{1F468}\u{200D}\u{1F4BB} dev", "\u{1F468}[U+200D]\u{1F4BB} dev"),
    ("a\tb\nc\u{202E}d", "a[U+0009]b[U+000A]c[U+202E]d"),
    ("\u{FEFF}main\u{E0041}", "[U+FEFF]main[U+E0041]"),
  ])
  func `what a CI system says is shown by number where it could deceive, and fails no job`(
    said: String, shown: String
  ) throws {
    for job in Self.jobs {
      // Each variable, whatever it is read for.
      for name in job.variables.keys {
        let context = CIContext.context { $0 == name ? said : job.variables[$0] }
        try context.check()
      }
    }
    let context = CIContext.context { ["GITLAB_CI": "true", "CI_COMMIT_REF_NAME": said][$0] }
    #expect(context.ref == shown)
  }

  @Test func `what a CI system says is cut where it is too long, which it says`() throws {
    let long = String(repeating: "\u{1F600}", count: 2_000)
    let context = CIContext.context { ["GITHUB_RUN_ID": "1", "GITHUB_REF": long][$0] }
    try context.check()
    #expect(context.ref?.hasSuffix("… 3944 more bytes") == true, "\(context.ref ?? "")")
    #expect(context.ref?.hasPrefix("\u{1F600}\u{1F600}") == true)
  }

  @Test func `a page counts only where all of it is known`() {
    let context = CIContext.context { ["GITHUB_RUN_ID": "7", "GITHUB_REPOSITORY": "o/r"][$0] }
    #expect(context.runURL == nil)
  }

  @Test func `without a runner, and from empty variables, nothing is claimed`() {
    #expect(CIContext.context { _ in nil } == RequestContext())
    #expect(CIContext.context { _ in "" } == RequestContext())
  }

  @Test func `the command line goes before the runner's variables`() throws {
    let exec = try #require(
      try Envgate.parseAsRoot([
        "exec", "-e", "x", "--reason", "mine", "--ref", "r", "--", "true", "a b",
      ]) as? Exec)
    let context = exec.job.request.claims.context(command: exec.command, delivery: "env") { name in
      ["GITHUB_RUN_ID": "7", "GITHUB_JOB": "j", "GITHUB_REF": "other", "GITHUB_SHA": "4f2c"][name]
    }
    #expect(
      context
        == RequestContext(
          reason: "mine", ref: "r", commit: "4f2c", command: ["true", "a b"], delivery: "env"))
  }
}
