import ArgumentParser
import Glibc
import Promises
import Testing

@testable import envgate

@Suite struct SuggestionTests {
  static func hint(_ arguments: [String]) -> String? {
    do {
      var command = try Envgate.command(arguments)
      try command.run()
      return nil
    } catch { return Suggestion.hint(for: error, arguments) }
  }

  @Test(arguments: [
    (["enviroment", "list"], "environment"), (["secret", "gte", "A"], "get"),
    (["--json", "requets"], "request"), (["aprove", "7"], "approve"),
    (["env", "shwo", "x"], "show"), (["exce", "-e", "x", "--", "true"], "exec"),
  ])
  func `a command that is nearly one is taken for it`(arguments: [String], meant: String) {
    #expect(Self.hint(arguments) == "; did you mean \(meant)?")
  }

  @Test(arguments: [
    (["get", "KEY"], "secret get"), (["set", "KEY"], "secret set"), (["version"], "--version"),
    (["ls"], "secret list -e ENVIRONMENT"), (["run", "--", "true"], "exec"),
    (["login"], "status, which shows who you are (there is no sign-in)"),
    (["secret", "ls"], "list"),
    (["secret", "rm", "A"], "delete"), (["variable", "add", "A"], "set"),
    (["env", "rm", "x"], "delete"),
    (["request", "describe", "4"], "show"), (["audit", "check"], "verify"),
  ])
  func `the word of another tool leads to the command`(arguments: [String], meant: String) {
    #expect(Self.hint(arguments) == "; did you mean \(meant)?")
  }

  @Test(arguments: [
    ["frobnicate"], ["secret", "get"], ["x"], ["status", "more"], ["approve", "x"],
    ["exec", "-e", "x", "--", "enviroment"],
  ])
  func `nothing is suggested where nothing is near`(arguments: [String]) {
    #expect(Self.hint(arguments) == nil)
  }

  @Test func `options are suggested by the parser, and states in the sentence`() throws {
    for (arguments, meant) in [
      (["environment", "list", "--jso"], "--json"),
      (["request", "list", "--stat", "x"], "--state"),
      (["request", "list", "--state", "wating"], "waiting"),
    ] {
      let error = try #require(throws: (any Error).self) { try Envgate.command(arguments) }
      let said = Failure(error, isExec: false).fault?.sentence ?? ""
      #expect(said.lowercased().contains("did you mean"))
      #expect(said.contains(meant))
    }
  }

  @Test func `secret get, which has a format, says so to who asks for JSON`() throws {
    for arguments in [
      ["secret", "get", "KEY", "-e", "dev", "--json"],
      ["secret", "get", "--json", "KEY", "-e", "dev", "--format", "raw"],
    ] {
      let error = try #require(throws: (any Error).self) { try Envgate.command(arguments) }
      let fault = Failure(error, isExec: false).fault
      #expect(fault == CommandFault(.usage, "secret get has no --json; use --format json"))
    }
    #expect(!SecretGetCommand.helpMessage().contains("  --json"))
  }

  /// A command with an option of a few words, as the parser refuses others.
  struct Shapes: ParsableCommand {
    enum Shape: String, ExpressibleByArgument, CaseIterable { case env, azure, file }
    @Option(name: .customLong("as")) var shape: Shape
  }

  @Test(arguments: [("azur", "azure"), ("fiel", "file"), ("zzzzzz", nil)])
  func `a word that an option does not take is compared with those that it takes`(
    typed: String, meant: String?
  ) throws {
    let error = try #require(throws: (any Error).self) { try Shapes.parse(["--as", typed]) }
    let hint = Suggestion.hint(for: error, ["--as", typed])
    #expect(hint == meant.map { "; did you mean \($0)?" })
  }
}

@Suite(.enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct SuggestionOfNamesTests {
  @Test(.promise(.suggestionsOfTheVisible))
  func `a name is suggested from what the caller may see, and from nothing else`() throws {
    let daemon = try TestDaemon()
    try daemon.must([
      "environment", "create", "production", "--requester", "user:daemon", "--unprotected",
    ])
    try daemon.must([
      "environment", "create", "staging", "--requester", "user:backup", "--unprotected",
    ])
    try daemon.must(["secret", "set", "TOKEN", "-e", "production"], input: "t")
    try daemon.must(["variable", "set", "REGION", "-e", "production", "--value", "x"])
    let runner = TestDaemon.runner.uid
    for (arguments, uid, end) in [
      (["secret", "get", "TOKEN", "-e", "produktion"], runner, "did you mean production?"),
      (["env", "show", "prodction"], runner, "did you mean production?"),
      (["exec", "-e", "produktion", "--", "true"], runner, "did you mean production?"),
      (["secret", "get", "TOKN", "-e", "production"], runner, "did you mean TOKEN?"),
      (["exec", "-e", "production", "-s", "TOKE", "--", "true"], runner, "did you mean TOKEN?"),
      (["env", "edit", "stagin", "--exclusive"], 0, "did you mean staging?"),
      (
        ["variable", "delete", "REGON", "-e", "production", "--yes"], 0, "did you mean REGION?"
      ),
      (
        ["secret", "set", "TOKEN", "--allow-empty", "-e", "prodction"], 0,
        "did you mean production?"
      ),
      (["secret", "set", "TOKEN", "--allow-empty", "-e", "stagin"], runner, "check the name"),
      (["request", "list", "-e", "prodction"], runner, "did you mean production?"),
      // What is near to a word of the command is not meant.
      (["secret", "get", "NONCHARACTER", "-e", "production"], runner, "set it first"),
      // There, but not for this account.
      (["secret", "get", "TOKEN", "-e", "stagin"], runner, "check the name"),
      (["secret", "get", "TOKEN", "-e", "staging"], runner, "check the name"),
      (["secret", "get", "TOKN", "-e", "production"], TestDaemon.bob.uid, "check the name"),
      (["secret", "get", "UNLIKE", "-e", "production"], runner, "set it first"),
    ] {
      let said = try daemon.envgate(arguments, as: uid == 0 ? nil : uid)
      #expect(said.stderr.hasSuffix("\(end)\n"), "\(arguments): \(said.stderr)")
      #expect(said.code != 0)
    }
  }
}
