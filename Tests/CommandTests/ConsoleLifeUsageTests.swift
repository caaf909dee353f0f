import ArgumentParser
import Testing
import VaultCore

@testable import envgate

@Suite struct ConsoleLifeUsageTests {
  @Test(arguments: [
    (["environment", "delete"], "missing expected argument '<name>'"),
    (["principal", "show"], "missing expected argument '<P>'"),
    (["secret", "disable", "A", "-e", "x"], "missing expected argument '--version <N>'"),
    (
      ["secret", "enable", "A", "-e", "x", "--version", "0"],
      "--version takes the number of a version"
    ),
    (["secret", "destroy", "A", "-e", "x", "--version", "-1"], "missing value for '--version"),
    (["secret", "rollback", "A", "-e", "x"], "missing expected argument '--to <N>'"),
    (["secret", "rollback", "A", "-e", "x", "--to", "0"], "--to takes the number of a version"),
    (
      ["secret", "rollback", "A", "-e", "x", "--to", "1", "--cas", "0"],
      "--cas takes the number of a version"
    ),
    (["secret", "versions", "A"], "missing expected argument '--environment"),
    (["variable", "set", "A", "-e", "x"], "missing expected argument '--value"),
    (["variable", "set", "A", "value", "-e", "x"], "missing expected argument '--value"),
    (["variable", "delete", "A", "B", "-e", "x"], "unexpected argument 'B'"),
    (["request", "create"], "missing expected argument '--environment"),
    (["request", "create", "-e", "x", "--supersede", "7"], "--supersede needs the older"),
    (
      ["request", "create", "-e", "x", "--supersede-ticket-file", "f"],
      "--supersede-ticket-file needs --supersede"
    ),
    (["request", "create", "-e", "x", "--timeout", "5m"], "--timeout needs --wait"),
    (["request", "create", "-e", "x", "--ticket", "egr1_x"], "unknown option '--ticket'"),
    (["request", "wait"], "missing expected argument '<id>'"),
    (["request", "wait", "7", "--timeout", "5"], "the value '5' is invalid for '--timeout"),
    (["request", "close", "7", "--outcome", "abandoned"], "--outcome takes success or failure"),
    (["request", "list", "--state", "unattended"], "--state takes one of waiting"),
    (["revoke"], "name a request, or use --all instead"),
    (["revoke", "7", "--all"], "name a request, or use --all instead"),
    (["revoke", "7", "-e", "x"], "-e and --requester need --all"),
    (["revoke", "7", "--requester", "user:a"], "-e and --requester need --all"),
    (["revoke", "--all", "--requester", "group:ops"], "--requester takes an account"),
    (["revoke", "--all", "--requester", "alice"], "--requester takes an account"),
    (["history", "--version", "3", "-e", "x"], "--version needs --secret"),
    (["history", "--secret", "A", "--version", "0"], "--version takes the number of a version"),
    (["history", "--since", "yesterday"], "the value 'yesterday' is invalid for '--since"),
    (
      ["secret", "get", "A", "-e", "x", "--request", "7"],
      "--request and --ticket-file need each other"
    ),
    (
      ["secret", "get", "A", "-e", "x", "--ticket-file", "f"],
      "--request and --ticket-file need each other"
    ),
  ])
  func `what is missing or contradicts itself is a usage error that says so`(
    arguments: [String], sentence: String
  ) throws {
    let failure = try #require(Self.failure(arguments))
    #expect(failure.code == 64)
    #expect(failure.fault?.reason == "usage")
    #expect(
      failure.fault?.sentence.hasPrefix(sentence) == true, "\(String(describing: failure.fault))")
  }

  @Test(arguments: [
    ["secret", "destroy", "A", "--version", "3"],
    ["secret", "destroy", "-e", "x", "--version", "3"],
    ["secret", "disable", "A", "-e", "x", "--version", "0"], ["history", "--version", "3"],
    ["secret", "list", "-e", "x", "--version"], ["--version", "3"], ["--version", "--json"],
  ])
  func `a mistake beside a secret's version is no question for the program's`(
    arguments: [String]
  ) throws {
    let failure = try #require(Self.failure(arguments))
    #expect(failure.code == 64)
    #expect(failure.output.isEmpty)
  }

  @Test(arguments: ["--reason", "--ref", "--commit", "--run-url", "--key"])
  func `a request made earlier has said already what it says`(option: String) throws {
    let earlier = ["secret", "get", "A", "-e", "x", "--request", "7", "--ticket-file", "f"]
    #expect(Self.failure(earlier) == nil)
    let failure = try #require(Self.failure(earlier + [option, "text"]))
    #expect(failure.code == 64)
    #expect(failure.fault?.sentence.hasPrefix("--reason, --ref, --commit") == true)
    #expect(Self.failure(earlier + ["--timeout", "5m"]) == nil)
  }

  @Test(arguments: [
    ["environment", "delete", "x", "--yes"], ["principal", "remove", "user:a", "--yes"],
    ["secret", "destroy", "A", "-e", "x", "--version", "3", "--yes"],
    ["secret", "delete", "A", "-e", "x", "--yes", "--json"],
    ["secret", "set", "A", "-e", "x", "--revoke-previous", "--cas", "2"],
    [
      "request", "create", "-e", "x", "-s", "A", "-s", "B", "--key", "nightly", "--ticket-file",
      "f",
    ],
    [
      "request", "create", "-e", "x", "--wait", "--timeout", "5m", "--supersede", "7",
      "--supersede-ticket-file", "old",
    ],
    ["request", "create", "-e", "x", "--supersede", "7", "--ticket-file", "f"],
    ["request", "cancel", "7"], ["request", "cancel", "7", "8"],
    ["request", "cancel", "--all", "-e", "dev", "--requester", "uid:1"],
    ["request", "cancel", "7", "--ticket-file", "f"],
    ["request", "activate", "7", "--ticket-file", "f"],
    ["request", "activate", "7", "--ticket-file", "f", "--wait", "--timeout", "5m"],
    ["request", "close", "7", "--ticket-file", "f", "--outcome", "failure"],
    ["revoke", "7"], ["revoke", "--all", "-e", "x", "--requester", "uid:7", "--yes"],
    ["history", "-e", "x", "--secret", "A", "--version", "3", "--since", "7d", "--json"],
  ])
  func `what is said in full is taken`(arguments: [String]) {
    #expect(Self.failure(arguments) == nil)
  }

  @Test(arguments: ["-Xmx1g", "--flag", "", "a=b c"])
  func `a variable's value is taken as it is`(value: String) throws {
    let command = try #require(
      try Envgate.parseAsRoot(["variable", "set", "A", "-e", "x", "--value", value])
        as? VariableSetCommand)
    #expect(command.value == value)
  }

  @Test(arguments: [
    (
      ["secret", "rollback", "1A", "-e", "x", "--to", "1"],
      "\"1A\" is not a valid name for a secret"
    ),
    (
      ["secret", "disable", "key", "-e", "x", "--version", "1"],
      "\"key\" is not a valid name for a secret"
    ),
    (["secret", "versions", "A", "-e", "-"], "\"-\" is not a valid environment name"),
    (
      ["variable", "set", "region", "-e", "x", "--value", "v"],
      "\"region\" is not a valid name for a variable: names are upper case; write REGION"
    ),
    (["variable", "delete", "a b", "-e", "x"], "\"a b\" is not a valid name for a variable"),
    (["principal", "remove", "alice", "--yes"], "\"alice\" is not a principal"),
    (["environment", "delete", ".x", "--yes"], "\".x\" is not a valid environment name"),
    (["history", "--secret", "A-B"], "\"A-B\" is not a valid name for a secret"),
    (["revoke", "--all", "--requester", "uid:x", "--yes"], "\"uid:x\" is not a principal"),
  ])
  func `a name that is none is bad data, before anything is sent`(
    arguments: [String], start: String
  ) throws {
    var command = try Envgate.parseAsRoot(arguments)
    let fault = try #require(throws: CommandFault.self) { try command.run() }
    #expect(fault.status == .badData)
    #expect(fault.sentence.hasPrefix(start), "\(fault)")
  }

  @Test func `the key is what the command line says, and of no runner`() throws {
    let create = try #require(
      try Envgate.parseAsRoot(["request", "create", "-e", "x", "--key", "nightly"])
        as? RequestCreateCommand)
    let context = create.said.claims.context(delivery: nil) { ["GITHUB_RUN_ID": "7"][$0] }
    #expect(context.key == "nightly")
    #expect(context.delivery == nil)
    let silent = try #require(
      try Envgate.parseAsRoot(["request", "create", "-e", "x"]) as? RequestCreateCommand)
    #expect(silent.said.claims.context(delivery: nil) { _ in "text" }.key == nil)
  }

  private static func failure(_ arguments: [String]) -> Failure? {
    do {
      _ = try Envgate.command(arguments)
      return nil
    } catch {
      return Failure(error, isExec: arguments.first == Exec.name)
    }
  }
}
