import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate environment edit NAME …`
struct EnvironmentEditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit",
    abstract: "Change what is named of an environment's gate, and nothing else.",
    discussion: """
      Prints the difference in words. Approved requests go back to waiting: they were approved under \
      another gate. What weakens a protected environment needs --allow-weaken.

      Examples:
        envgate environment edit production --add-reviewer user:bob
        envgate environment edit production --approvals 1 --allow-weaken
        envgate environment edit production --grant-ttl 30m --revision 4
      """)

  @Argument(help: "The environment.", completion: .environments) var name: String

  @Option(
    help: ArgumentHelp("Let P approve, too; repeat it.", valueName: "P"), completion: .principals)
  var addReviewer: [String] = []
  @Option(help: ArgumentHelp("Let P approve no longer.", valueName: "P"), completion: .principals)
  var removeReviewer: [String] = []
  @Option(
    help: ArgumentHelp("Let P ask, too; 'any' for every account.", valueName: "P"),
    completion: .requesters)
  var addRequester: [String] = []
  @Option(help: ArgumentHelp("Let P ask no longer.", valueName: "P"), completion: .requesters)
  var removeRequester: [String] = []
  @Option(
    help: ArgumentHelp("Let P set its secrets, too.", valueName: "P"), completion: .principals)
  var addWriter: [String] = []
  @Option(
    help: ArgumentHelp("Let P set its secrets no longer.", valueName: "P"), completion: .principals)
  var removeWriter: [String] = []

  @Option(
    name: .customLong("reviewer"),
    help: ArgumentHelp("Replace all rules by one of these reviewers; repeat it.", valueName: "P"),
    completion: .principals)
  var reviewers: [String] = []
  @Option(help: ArgumentHelp("How many of the one rule's reviewers must approve.", valueName: "N"))
  var approvals: Int?
  @Option(
    name: .customLong("rule"),
    help: ArgumentHelp("Replace all rules; repeat it.", valueName: "N:P,P,..."))
  var rules: [String] = []
  @Flag(help: "Take all rules away: whoever may ask reads at once.")
  var unprotected = false

  @Flag(help: "Let the requester's own approval count.")
  var allowSelfReview = false
  @Flag(
    name: [.customLong("prevent-self-review"), .customLong("no-allow-self-review")],
    help: "Let the requester's own approval count no longer.")
  var preventSelfReview = false
  @Flag(inversion: .prefixedNo, help: "At most one grant at a time, or several.")
  var exclusive: Bool?
  @Flag(inversion: .prefixedNo, help: "Refuse a request once a newer one was activated, or do not.")
  var inOrder: Bool?
  @Option(help: ArgumentHelp("How often a secret may be read under one grant.", valueName: "N"))
  var maxReads: Int?
  @Flag(help: "Count reads no longer.")
  var noMaxReads = false

  @Option(
    name: .customLong("request-ttl"),
    help: ArgumentHelp("How long a request waits.", valueName: "duration"))
  var requestTTL: TimeSpan?
  @Option(
    name: .customLong("approval-ttl"),
    help: ArgumentHelp("How long an approval holds.", valueName: "duration"))
  var approvalTTL: TimeSpan?
  @Option(
    name: .customLong("grant-ttl"),
    help: ArgumentHelp("How long a grant is readable.", valueName: "duration"))
  var grantTTL: TimeSpan?

  @Option(
    help: ArgumentHelp(
      "Allow this reserved name for a secret or a variable; repeat it.", valueName: "name"))
  var allowName: [String] = []
  @Option(help: ArgumentHelp("Allow this reserved name no longer.", valueName: "name"))
  var noAllowName: [String] = []

  @Option(help: ArgumentHelp("Only if the gate is at this revision.", valueName: "N"))
  var revision: Int64?
  @Flag(help: "Do it although it weakens the gate.")
  var allowWeaken = false

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    let replacements = [!reviewers.isEmpty, !rules.isEmpty, unprotected].filter { $0 }.count
    if replacements > 1 {
      throw ValidationError("say one of --reviewer, --rule and --unprotected")
    }
    if replacements == 1, !addReviewer.isEmpty || !removeReviewer.isEmpty {
      throw ValidationError(
        "--add-reviewer and --remove-reviewer change a rule; --reviewer, --rule and --unprotected "
          + "replace it")
    }
    if approvals != nil, !rules.isEmpty || unprotected {
      throw ValidationError("--approvals is of one rule of --reviewer accounts")
    }
    if let approvals, approvals < 1 { throw ValidationError("--approvals is at least 1") }
    if allowSelfReview, preventSelfReview {
      throw ValidationError("--allow-self-review contradicts --prevent-self-review")
    }
    if allowSelfReview, unprotected {
      throw ValidationError("--allow-self-review needs reviewers; --unprotected has none")
    }
    if maxReads != nil, noMaxReads {
      throw ValidationError("--max-reads contradicts --no-max-reads")
    }
    if let maxReads, maxReads < 1 { throw ValidationError("--max-reads is at least 1") }
    if let revision, revision < 1 { throw ValidationError("--revision is the number of one") }
    if addRequester.contains("any"), Set(addRequester).count > 1 {
      throw ValidationError(
        "--add-requester any stands alone: it is every account that the account database names; to let in a uid "
          + "without an account, name each requester instead")
    }
    if addRequester.contains("any"), removeRequester.contains("any") {
      throw ValidationError("--add-requester any contradicts --remove-requester any")
    }
    try RuleText.validate(rules)
  }

  func run() throws {
    let parameters = try parameters()
    if parameters.isEmpty {
      throw CommandFault(
        .usage, "nothing to change was named; see envgate environment edit --help")
    }
    let answer = try connection.connect().answer(
      .environmentUpdate(parameters), as: EnvironmentChangedView.self)
    try output.print(answer) { $0.lines() }
  }

  func parameters() throws -> EnvironmentUpdate {
    var update = EnvironmentUpdate(name: try EnvironmentName(argument: name))
    update.revision = revision
    update.allowWeaken = allowWeaken
    update.reviewers = try Self.members(addReviewer, removeReviewer)
    update.requesters = try Self.members(
      addRequester.filter { $0 != "any" }, removeRequester.filter { $0 != "any" })
    if addRequester.contains("any") { update.anyRequester = true }
    if removeRequester.contains("any") { update.anyRequester = false }
    update.writers = try Self.members(addWriter, removeWriter)
    if unprotected {
      update.protection = .unprotected
    } else if !reviewers.isEmpty || !rules.isEmpty {
      update.protection = try RuleText.protection(reviewers, approvals ?? 1, rules)
    } else {
      update.approvals = approvals
    }
    if allowSelfReview { update.preventSelfReview = false }
    if preventSelfReview { update.preventSelfReview = true }
    update.exclusive = exclusive
    update.inOrder = inOrder
    update.maxReads = noMaxReads ? GateEdit.Limit.none : maxReads.map { .most($0) }
    update.requestTTL = requestTTL.map { $0.seconds * 1_000 }
    update.approvalTTL = approvalTTL.map { $0.seconds * 1_000 }
    update.grantTTL = grantTTL.map { $0.seconds * 1_000 }
    update.allowedNames = GateEdit.Names(
      add: try allowName.map { try SecretName(argument: $0) },
      remove: try noAllowName.map { try SecretName(argument: $0) })
    return update
  }

  private static func members(
    _ add: [String], _ remove: [String]
  ) throws -> EnvironmentUpdate.Members {
    EnvironmentUpdate.Members(
      add: try add.map { try PrincipalName(argument: $0) },
      remove: try remove.map { try PrincipalName(argument: $0) })
  }
}
