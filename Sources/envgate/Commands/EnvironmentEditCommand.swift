import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate environment edit NAME …`
struct EnvironmentEditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit",
    abstract: "Change the named parts of an environment's gate.",
    discussion: """
      envgate prints what changed. Approved requests go back to waiting, because reviewers \
      approved them under another gate. A change that weakens a protected environment needs \
      --allow-weaken. With --revision alone an admin confirms a gate that came back with a backup.

      Examples:
        envgate environment edit production --add-reviewer user:bob
        envgate environment edit production --approvals 1 --allow-weaken
        envgate environment edit production --grant-ttl 30m --revision 4
      """)

  @Argument(help: "The environment.", completion: .environments) var name: String

  @Option(
    help: ArgumentHelp("Add P as a reviewer. Repeatable.", valueName: "P"), completion: .principals)
  var addReviewer: [String] = []
  @Option(
    help: ArgumentHelp("Remove P as a reviewer. Repeatable.", valueName: "P"),
    completion: .principals)
  var removeReviewer: [String] = []
  @Option(
    help: ArgumentHelp("Add P as a requester; 'any' is every account. Repeatable.", valueName: "P"),
    completion: .requesters)
  var addRequester: [String] = []
  @Option(
    help: ArgumentHelp("Remove P as a requester. Repeatable.", valueName: "P"),
    completion: .requesters)
  var removeRequester: [String] = []
  @Option(
    help: ArgumentHelp("Add P as a writer. Repeatable.", valueName: "P"), completion: .principals)
  var addWriter: [String] = []
  @Option(
    help: ArgumentHelp("Remove P as a writer. Repeatable.", valueName: "P"), completion: .principals
  )
  var removeWriter: [String] = []

  @Option(
    name: .customLong("reviewer"),
    help: ArgumentHelp(
      "Replace all rules by one rule with these reviewers. Repeatable.", valueName: "P"),
    completion: .principals)
  var reviewers: [String] = []
  @Option(help: ArgumentHelp("Require N approvals of the one rule's reviewers.", valueName: "N"))
  var approvals: Int?
  @Option(
    name: .customLong("rule"),
    help: ArgumentHelp("Replace all rules by these. Repeatable.", valueName: "N:P,P,..."))
  var rules: [String] = []
  @Flag(help: "Remove all rules: requesters read at once.")
  var unprotected = false

  @OptionGroup var gate: GateOptions<EditsGate>

  @Option(help: ArgumentHelp("Change it only if the gate is at this revision.", valueName: "N"))
  var revision: Int64?
  @Flag(help: "Change it even if that weakens the gate.")
  var allowWeaken = false

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    let replacements = [!reviewers.isEmpty, !rules.isEmpty, unprotected].filter { $0 }.count
    if replacements > 1 {
      throw ValidationError("use only one of --reviewer, --rule and --unprotected")
    }
    if replacements == 1, !addReviewer.isEmpty || !removeReviewer.isEmpty {
      throw ValidationError(
        "--add-reviewer and --remove-reviewer change a rule, but --reviewer, --rule and --unprotected "
          + "replace it; use one way")
    }
    if approvals != nil, !rules.isEmpty || unprotected {
      throw ValidationError(
        "--approvals needs one rule of --reviewer accounts; in --rule, write the number before the colon"
      )
    }
    if let approvals, approvals < 1 { throw ValidationError("--approvals must be at least 1") }
    if gate.allowSelfReview, unprotected {
      throw ValidationError("--allow-self-review needs reviewers; --unprotected has none")
    }
    if let revision, revision < 1 {
      throw ValidationError("--revision takes the number of a revision, from 1")
    }
    if addRequester.contains("any"), Set(addRequester).count > 1 {
      throw ValidationError(
        "--add-requester any already means every account; leave the others out, or, to allow a uid "
          + "without an account, name each requester")
    }
    if addRequester.contains("any"), removeRequester.contains("any") {
      throw ValidationError("use either --add-requester any or --remove-requester any")
    }
    try RuleText.validate(rules)
  }

  func run() throws {
    let parameters = try parameters()
    if parameters.isEmpty {
      throw CommandFault(
        .usage, "no change is named; see envgate environment edit --help")
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
    update.terms = try gate.edit()
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
