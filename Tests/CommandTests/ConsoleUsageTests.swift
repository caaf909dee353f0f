import ArgumentParser
import Testing
import VaultCore
import VaultProtocol

@testable import envgate

@Suite struct ConsoleUsageTests {
  static let create = ["environment", "create", "production"]

  @Test(arguments: [
    [],
    ["--requester", "any"],
    ["--reviewer", "user:a"],
    ["--requester", "any", "--requester", "user:a", "--unprotected"],
    ["--requester", "any", "--unprotected", "--reviewer", "user:a"],
    ["--requester", "any", "--unprotected", "--rule", "1:user:a"],
    ["--requester", "any", "--unprotected", "--approvals", "1"],
    ["--requester", "any", "--unprotected", "--allow-self-review"],
    ["--requester", "any", "--reviewer", "user:a", "--rule", "1:user:b"],
    ["--requester", "any", "--rule", "1:user:b", "--approvals", "1"],
    ["--requester", "any", "--reviewer", "user:a", "--approvals", "0"],
    ["--requester", "any", "--rule", "0:user:a"],
    ["--requester", "any", "--rule", "user:a"],
    ["--requester", "any", "--rule", "1:"],
    ["--requester", "any", "--rule", "1:user:a,,user:b"],
    ["--requester", "any", "--unprotected", "--grant-ttl", "60"],
    ["--requester", "any", "--unprotected", "--max-reads", "0"],
  ])
  func `a gate that contradicts itself or leaves something unsaid is a usage error`(
    options: [String]
  ) {
    #expect(Self.code(Self.create + options) == 64)
  }

  @Test(arguments: [
    ["exec", "-e", "x"], ["exec", "--", "true"], ["exec", "-e", "x", "true"],
    ["exec", "-e", "x", "--timeout", "5", "--", "true"],
    ["exec", "-e", "x", "--request", "7", "--", "true"],
  ])
  func `a usage error of exec is 125`(arguments: [String]) {
    #expect(Self.code(arguments) == 125)
  }

  @Test(arguments: [
    ["frob"], ["approve"], ["approve", "x"], ["reject", "1"], ["reject", "1", "-m", ""],
    ["approve", "1", "2", "--digest", "sha256:" + String(repeating: "0", count: 64)],
    ["approve", "1", "--digest", "sha256:12"], ["request", "list", "--state", "open"],
    ["secret", "set", "A"], ["secret", "set", "A", "-e", "x", "--cas", "-1"],
    ["secret", "set", "A", "-e", "x", "--file", "f", "--raw"], ["audit", "list", "--limit", "0"],
  ])
  func `a usage error is 64 and says so in its last line`(arguments: [String]) throws {
    let failure = try #require(Self.failure(arguments))
    #expect(failure.code == 64)
    #expect(failure.fault?.reason == "usage")
  }

  @Test(arguments: [[".env"], ["TOKEN=hunter2"], ["/dev/null"], [".env", "more"]])
  func `a file that is named to import is told how it comes in, and no value is shown`(
    words: [String]
  ) throws {
    let fault = try #require(
      Self.failure(["secret", "import", "-e", "dev"] + words)?.fault)
    #expect(fault.sentence.contains("envgate secret import -e dev < "), "\(fault)")
    #expect(!fault.sentence.contains("hunter2"))
    #expect(fault.sentence.contains("/dev/null") == (words == ["/dev/null"]))
  }

  @Test(arguments: [["--help"], ["--version"], ["exec", "--help"], ["env", "create", "-h"]])
  func `help is what was asked for`(arguments: [String]) throws {
    let error = #expect(throws: (any Error).self) {
      // Help is a command of its own, which ends by throwing its text.
      var command = try Envgate.command(arguments)
      try command.run()
    }
    let failure = Failure(try #require(error), isExec: false)
    #expect(failure.code == 0)
    #expect(failure.fault == nil)
    #expect(failure.output.first?.isEmpty == false)
  }

  @Test func `reviewers make one rule`() throws {
    let call = try Self.parameters([
      "--requester", "user:ci", "--requester", "group:runners", "--reviewer", "user:a",
      "--reviewer",
      "uid:7", "--approvals", "2",
    ])
    #expect(call.requesters == [.user("ci"), .group("runners")])
    #expect(
      call.protection == .reviewers([.init(reviewers: [.user("a"), .uid(7)], required: 2)]))
    #expect(!call.terms.allowSelfReview)
    #expect(call.writers.isEmpty)
    #expect(!call.terms.exclusive)
    #expect(call.terms.maxReads == nil)
    #expect(call.terms.clocks == Clocks())
  }

  @Test func `rules stand beside each other, and clocks are in their units`() throws {
    let call = try Self.parameters([
      "--requester", "any", "--rule", "2:user:a,group:ops", "--rule", "1:gid:4",
      "--allow-self-review", "--request-ttl", "7d", "--approval-ttl", "90s", "--grant-ttl", "10m",
    ])
    #expect(call.requesters == nil)
    #expect(
      call.protection
        == .reviewers([
          .init(reviewers: [.user("a"), .group("ops")], required: 2),
          .init(reviewers: [.gid(4)], required: 1),
        ]))
    #expect(call.terms.allowSelfReview)
    #expect(call.terms.clocks == Clocks(request: 604_800_000, approval: 90_000, grant: 600_000))
  }

  @Test func `writers and what shapes the grants travel beside the gate`() throws {
    let call = try Self.parameters([
      "--requester", "any", "--unprotected", "--writer", "group:ops", "--writer", "uid:7",
      "--exclusive", "--max-reads", "3",
    ])
    #expect(call.writers == [.group("ops"), .uid(7)])
    #expect(call.terms.exclusive)
    #expect(call.terms.maxReads == 3)
  }

  @Test(arguments: [
    (["--requester", "any", "--unprotected", "--writer", "any"], "\"any\" is not a principal"),
    (["--requester", "ci", "--unprotected"], "\"ci\" is not a principal"),
    (["--requester", "any", "--reviewer", "user:a b"], "\"user:a b\" is not a principal"),
    (["--requester", "any", "--rule", "1:user:a,uid:-1"], "\"uid:-1\" is not a principal"),
  ])
  func `a name that is none is bad data, before anything is sent`(
    options: [String], start: String
  ) throws {
    let fault = try #require(throws: CommandFault.self) { try Self.parameters(options) }
    #expect(fault.status == .badData)
    #expect(fault.sentence.hasPrefix(start))
  }

  @Test func `exec takes everything behind the dashes as it is`() throws {
    let exec = try #require(
      try Envgate.parseAsRoot([
        "exec", "-e", "x", "-s", "A", "-s", "B", "--", "env", "-e", "--", "--help",
      ]) as? Exec)
    #expect(exec.command == ["env", "-e", "--", "--help"])
    #expect(exec.secrets == ["A", "B"])
  }

  @Test(
    arguments: [
      "exec -e dev -e production -- true", "exec -e dev --environment production -- true",
      "exec --environment=dev -e production -- true",
      "exec -e dev --timeout 1s --timeout 2h -- true",
      "exec -e dev --request 1 --request 2 --ticket-file t -- true", "secret get KEY -e dev -e dev",
      "secret set KEY -e dev --environment=production",
      "request cancel --all -e dev -e production --yes",
    ])
  func `an option that has one value is not taken twice`(line: String) throws {
    let failure = try #require(Self.failure(line.split(separator: " ").map(String.init)))
    let sentence = try #require(failure.fault).sentence
    #expect(sentence.contains("was given 2 times; it takes one value"), "\(sentence)")
  }

  @Test(
    arguments: [
      "exec -e dev -s A -s B --secret C -- env -e x -e y",
      "environment create x --requester uid:1 --requester uid:2 --reviewer uid:3 --reviewer uid:4",
      "request list -e dev --json",
    ])
  func `an option that has several values is, and a command's own words are its own`(line: String)
    throws
  {
    #expect(Self.failure(line.split(separator: " ").map(String.init)) == nil)
  }

  private static func parameters(_ options: [String]) throws -> EnvironmentCreate {
    let command = try #require(
      try Envgate.parseAsRoot(create + options) as? EnvironmentCreateCommand)
    return try command.parameters()
  }

  private static func failure(_ arguments: [String]) -> Failure? {
    do {
      _ = try Envgate.command(arguments)
      return nil
    } catch {
      return Failure(error, isExec: arguments.first == Exec.name)
    }
  }

  private static func code(_ arguments: [String]) -> Int32? { failure(arguments)?.code }
}
