import ArgumentParser
import Testing
import VaultCore
import VaultProtocol

@testable import envgate

@Suite struct ConsoleEditTests {
  @Test(arguments: [
    (["--reviewer", "user:a", "--rule", "1:user:b"], "use only one of --reviewer, --rule"),
    (["--reviewer", "user:a", "--unprotected"], "use only one of --reviewer, --rule"),
    (["--rule", "1:user:a", "--unprotected"], "use only one of --reviewer, --rule"),
    (["--reviewer", "user:a", "--add-reviewer", "user:b"], "--add-reviewer and --remove-reviewer"),
    (
      ["--rule", "1:user:a", "--remove-reviewer", "user:b"], "--add-reviewer and --remove-reviewer"
    ),
    (["--unprotected", "--add-reviewer", "user:b"], "--add-reviewer and --remove-reviewer"),
    (["--rule", "1:user:a", "--approvals", "1"], "--approvals needs one rule"),
    (["--unprotected", "--approvals", "1"], "--approvals needs one rule"),
    (["--approvals", "0"], "--approvals must be at least 1"),
    (["--rule", "0:user:a"], "write a rule as N:P,P"),
    (["--rule", "1:"], "write a rule as N:P,P"),
    (["--allow-self-review", "--prevent-self-review"], "use either --allow-self-review"),
    (["--allow-self-review", "--unprotected"], "--allow-self-review needs reviewers"),
    (["--max-reads", "3", "--no-max-reads"], "use either --max-reads or --no-max-reads"),
    (["--max-reads", "0"], "--max-reads must be at least 1"),
    (
      ["--rotation-period", "90d", "--no-rotation-period"],
      "use either --rotation-period or --no-rotation-period"
    ),
    (["--revision", "0"], "--revision takes the number of a revision, from 1"),
    (["--add-requester", "any", "--add-requester", "user:a"], "--add-requester any already means"),
    (["--add-requester", "any", "--remove-requester", "any"], "use either --add-requester any"),
    (["--grant-ttl", "60"], "the value '60' is invalid"),
    (["--request-ttl", "-1h"], "missing value for '--request-ttl"),
  ])
  func `an edit that contradicts itself is a usage error that says why`(
    options: [String], sentence: String
  ) throws {
    let error = #expect(throws: (any Error).self) { try Self.command(options) }
    let failure = Failure(try #require(error), isExec: false)
    #expect(failure.code == 64)
    #expect(failure.fault?.reason == "usage")
    #expect(
      failure.fault?.sentence.hasPrefix(sentence) == true, "\(String(describing: failure.fault))")
  }

  @Test(arguments: [[], ["--allow-weaken"], ["--revision", "3", "--allow-weaken"], ["--json"]])
  func `an edit of nothing is a usage error, before anything is sent`(options: [String]) throws {
    let command = try Self.command(options)
    let fault = #expect(throws: CommandFault.self) { try command.run() }
    #expect(fault?.status == .usage)
    #expect(fault?.sentence.hasPrefix("no change is named") == true)
  }

  @Test func `only what is named is in the edit`() throws {
    var expected = EnvironmentUpdate(name: try EnvironmentName("production"))
    expected.writers.add = [.user("carol")]
    #expect(try Self.update(["--add-writer", "user:carol"]) == expected)
  }

  @Test func `people come and go list by list`() throws {
    let update = try Self.update([
      "--add-reviewer", "user:a", "--add-reviewer", "group:ops", "--remove-reviewer", "uid:7",
      "--add-requester", "user:ci", "--remove-requester", "gid:8", "--remove-writer", "user:w",
      "--approvals", "2",
    ])
    #expect(update.reviewers == .init(add: [.user("a"), .group("ops")], remove: [.uid(7)]))
    #expect(update.requesters == .init(add: [.user("ci")], remove: [.gid(8)]))
    #expect(update.writers == .init(remove: [.user("w")]))
    #expect(update.approvals == 2)
    #expect(update.protection == nil)
    #expect(update.anyRequester == nil)
  }

  @Test func `any is a word of the requesters, not a principal`() throws {
    let open = try Self.update(["--add-requester", "any"])
    #expect(open.anyRequester == true)
    #expect(open.requesters == .init())
    let closed = try Self.update(["--remove-requester", "any", "--add-requester", "user:ci"])
    #expect(closed.anyRequester == false)
    #expect(closed.requesters == .init(add: [.user("ci")]))
    let fault = #expect(throws: CommandFault.self) { try Self.update(["--add-reviewer", "any"]) }
    #expect(fault?.status == .badData)
  }

  @Test func `reviewers replace the rules by one, rules by as many`() throws {
    #expect(
      try Self.update(["--reviewer", "user:a", "--reviewer", "user:b", "--approvals", "2"])
        .protection
        == .reviewers([.init(reviewers: [.user("a"), .user("b")], required: 2)]))
    #expect(
      try Self.update(["--rule", "2:user:a,group:ops", "--rule", "1:gid:4"]).protection
        == .reviewers([
          .init(reviewers: [.user("a"), .group("ops")], required: 2),
          .init(reviewers: [.gid(4)], required: 1),
        ]))
    let open = try Self.update(["--unprotected", "--allow-weaken", "--revision", "4"])
    #expect(open.protection == .unprotected)
    #expect(open.allowWeaken)
    #expect(open.revision == 4)
  }

  @Test(
    arguments: [
      (["--allow-self-review"], false), (["--prevent-self-review"], true),
      (["--no-allow-self-review"], true), (["--exclusive"], nil),
    ] as [([String], Bool?)])
  func `self-review is allowed, prevented or left as it is`(
    options: [String], prevented: Bool?
  ) throws {
    #expect(try Self.update(options).terms[\.allowSelfReview] == prevented.map { !$0 })
  }

  @Test func `what shapes a gate is set or taken away`() throws {
    let on = try Self.update([
      "--exclusive", "--max-reads", "3", "--request-ttl", "7d", "--approval-ttl", "90s",
      "--grant-ttl", "10m", "--rotation-period", "90d",
    ])
    #expect(on.terms[\.exclusive] == true)
    #expect(on.terms[\.maxReads] == 3)
    #expect(on.terms[\.clocks.request] == 604_800_000)
    #expect(on.terms[\.clocks.approval] == 90_000)
    #expect(on.terms[\.clocks.grant] == 600_000)
    #expect(on.terms[\.rotationPeriod] == 90 * 86_400_000)
    let off = try Self.update(["--no-exclusive", "--no-max-reads", "--no-rotation-period"])
    #expect(off.terms[\.rotationPeriod] == .some(nil))
    #expect(off.terms[\.exclusive] == false)
    #expect(off.terms[\.maxReads] == .some(nil))
  }

  private static func command(_ options: [String]) throws -> EnvironmentEditCommand {
    try #require(
      try Envgate.parseAsRoot(["environment", "edit", "production"] + options)
        as? EnvironmentEditCommand)
  }

  private static func update(_ options: [String]) throws -> EnvironmentUpdate {
    try command(options).parameters()
  }
}
