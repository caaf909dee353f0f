import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate environment create NAME …`
struct EnvironmentCreateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Create an environment with its gate.",
    discussion: """
      P is a principal: user:NAME, group:NAME, uid:N or gid:N. You must name who may request its \
      secrets, and what protects them: reviewers, or --unprotected.

      Examples:
        envgate environment create development --requester any --unprotected
        envgate environment create production --requester group:ci \\
          --reviewer user:alice --reviewer group:ops --approvals 2
        envgate environment create live --requester user:ci --rule 1:group:dev \\
          --rule 1:group:security --exclusive
      """)

  @Argument(help: "The name of the new environment.") var name: String

  @Option(
    name: .customLong("requester"),
    help: ArgumentHelp(
      "Let P request secrets; 'any' is every account. Repeatable.", valueName: "P"),
    completion: .requesters)
  var requesters: [String] = []

  @Option(
    name: .customLong("reviewer"),
    help: ArgumentHelp(
      "Let P approve requests. All of these make one rule. Repeatable.", valueName: "P"),
    completion: .principals)
  var reviewers: [String] = []

  @Option(
    help: ArgumentHelp("Require N approvals of these reviewers (default: 1).", valueName: "N"))
  var approvals: Int?

  @Option(
    name: .customLong("rule"),
    help: ArgumentHelp(
      "Add a rule: N of these must approve. Every rule must be met. Repeatable.",
      valueName: "N:P,P,..."))
  var rules: [String] = []

  @Flag(help: "Let requesters read at once, without approval.")
  var unprotected = false

  @Option(
    name: .customLong("writer"),
    help: ArgumentHelp(
      "Let P set its secrets, but not edit its gate. Repeatable.", valueName: "P"),
    completion: .principals)
  var writers: [String] = []

  @OptionGroup var gate: GateOptions<CreatesGate>
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if requesters.isEmpty {
      throw ValidationError(
        "no requester is named; add --requester P, or --requester any for every account")
    }
    if requesters.contains("any"), Set(requesters).count > 1 {
      throw ValidationError(
        "--requester any already means every account; leave the others out, or, to allow a uid without "
          + "an account, name each requester")
    }
    if unprotected {
      if !reviewers.isEmpty || !rules.isEmpty || approvals != nil {
        throw ValidationError(
          "--unprotected excludes --reviewer, --rule and --approvals; leave one side out")
      }
      if gate.allowSelfReview {
        throw ValidationError("--allow-self-review needs reviewers; --unprotected has none")
      }
      return
    }
    if !reviewers.isEmpty, !rules.isEmpty {
      throw ValidationError("use either --reviewer with --approvals, or --rule")
    }
    if reviewers.isEmpty, approvals != nil {
      throw ValidationError(
        "--approvals belongs to --reviewer; in --rule, write the number before the colon")
    }
    if reviewers.isEmpty, rules.isEmpty {
      throw ValidationError(
        "no protection is named; add --reviewer P, --rule N:P,P, or --unprotected")
    }
    if let approvals, approvals < 1 { throw ValidationError("--approvals must be at least 1") }
    try RuleText.validate(rules)
  }

  func run() throws {
    let parameters = try parameters()
    let answer = try connection.connect().answer(
      .environmentCreate(parameters), as: EnvironmentView.self)
    try output.print(answer) { $0.lines() }
  }

  func parameters() throws -> EnvironmentCreate {
    return EnvironmentCreate(
      name: try EnvironmentName(argument: name),
      requesters: requesters.contains("any")
        ? nil : try requesters.map { try PrincipalName(argument: $0) },
      protection: try protection(), writers: try writers.map { try PrincipalName(argument: $0) },
      terms: try gate.edit().applied(to: GateTerms()))
  }

  private func protection() throws -> NamedProtection {
    unprotected ? .unprotected : try RuleText.protection(reviewers, approvals ?? 1, rules)
  }
}
