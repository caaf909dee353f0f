import ArgumentParser
import Testing
import VaultCore

@testable import envgate

@Suite struct ConsoleContextTests {
  @Test func `GitHub's variables fill the context`() {
    let context = CIContext.context { name in
      [
        "GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/heads/main", "GITHUB_SHA": "4f2c",
        "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "o/r",
        "GITHUB_RUN_ID": "7", "GITHUB_WORKFLOW": "deploy", "GITHUB_JOB": "prod",
        "GITHUB_ACTOR": "octocat", "BUILD_URL": "https://elsewhere",
      ][name]
    }
    #expect(
      context
        == RequestContext(
          reason: "workflow deploy, job prod, started by octocat", ref: "refs/heads/main",
          commit: "4f2c", runURL: "https://github.com/o/r/actions/runs/7"))
  }

  @Test func `GitLab's variables fill the context`() {
    let context = CIContext.context { name in
      [
        "GITLAB_CI": "true", "CI_COMMIT_REF_NAME": "main", "CI_COMMIT_SHA": "4f2c",
        "CI_JOB_URL": "https://gitlab/j/1", "CI_JOB_NAME": "deploy", "GITLAB_USER_LOGIN": "eve",
      ][name]
    }
    #expect(
      context
        == RequestContext(
          reason: "job deploy, started by eve", ref: "main", commit: "4f2c",
          runURL: "https://gitlab/j/1"))
  }

  @Test func `Jenkins' variables fill the context`() {
    let context = CIContext.context { name in
      [
        "BUILD_URL": "https://jenkins/1", "GIT_COMMIT": "4f2c", "GIT_BRANCH": "origin/main",
        "JOB_NAME": "deploy",
      ][name]
    }
    #expect(
      context
        == RequestContext(
          reason: "job deploy", ref: "origin/main", commit: "4f2c", runURL: "https://jenkins/1"))
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
