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
      P is a principal: user:NAME, group:NAME, uid:N or gid:N. Who may ask must be said, and so must \
      what protects the environment: reviewers, or --unprotected.

      Examples:
        envgate environment create development --requester any --unprotected
        envgate environment create production --requester group:ci \\
          --reviewer user:alice --reviewer group:ops --approvals 2
        envgate environment create live --requester user:ci --rule 1:group:dev \\
          --rule 1:group:security --exclusive
      """)

  @Argument(help: "The new environment.") var name: String

  @Option(
    name: .customLong("requester"),
    help: ArgumentHelp("Who may ask; repeat it. 'any' for every account.", valueName: "P"),
    completion: .requesters)
  var requesters: [String] = []

  @Option(
    name: .customLong("reviewer"),
    help: ArgumentHelp("Who may approve; repeat it. They make one rule.", valueName: "P"),
    completion: .principals)
  var reviewers: [String] = []

  @Option(help: ArgumentHelp("How many of the reviewers must approve (1).", valueName: "N"))
  var approvals: Int?

  @Option(
    name: .customLong("rule"),
    help: ArgumentHelp(
      "A rule, N of these must approve; repeat it, all rules must be met.", valueName: "N:P,P,..."))
  var rules: [String] = []

  @Flag(help: "Let whoever may ask read at once.")
  var unprotected = false

  @Option(
    name: .customLong("writer"),
    help: ArgumentHelp(
      "Who may set its secrets beside the admins, and never its gate; repeat it.", valueName: "P"),
    completion: .principals)
  var writers: [String] = []

  @Flag(help: "At most one grant at a time; jobs that wait have their turns in order of approval.")
  var exclusive = false

  @Flag(help: "With --exclusive: refuse a request once a newer one was activated.")
  var inOrder = false

  @Option(
    help: ArgumentHelp("How often each secret may be read under one grant.", valueName: "N"))
  var maxReads: Int?

  @Flag(help: "Let the requester's own approval count.")
  var allowSelfReview = false

  @Option(
    name: .customLong("request-ttl"),
    help: ArgumentHelp("How long a request waits (24h).", valueName: "duration"))
  var requestTTL: TimeSpan?

  @Option(
    name: .customLong("approval-ttl"),
    help: ArgumentHelp("How long an approval holds (8h).", valueName: "duration"))
  var approvalTTL: TimeSpan?

  @Option(
    name: .customLong("grant-ttl"),
    help: ArgumentHelp("How long a grant is readable (1h).", valueName: "duration"))
  var grantTTL: TimeSpan?

  @Option(
    name: .customLong("allow-name"),
    help: ArgumentHelp(
      "Allow this reserved name for a secret or a variable; repeat it.", valueName: "name"))
  var allowedNames: [String] = []

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if requesters.isEmpty {
      throw ValidationError("say who may ask: --requester P, or --requester any")
    }
    if requesters.contains("any"), Set(requesters).count > 1 {
      throw ValidationError(
        "--requester any stands alone: it is every account that the account database names; to let in a uid without "
          + "an account, name each requester instead")
    }
    if let maxReads, maxReads < 1 { throw ValidationError("--max-reads is at least 1") }
    if unprotected {
      if !reviewers.isEmpty || !rules.isEmpty || approvals != nil {
        throw ValidationError("--unprotected contradicts --reviewer, --rule and --approvals")
      }
      if allowSelfReview {
        throw ValidationError("--allow-self-review needs reviewers; --unprotected has none")
      }
      return
    }
    if !reviewers.isEmpty, !rules.isEmpty {
      throw ValidationError("say --reviewer with --approvals, or --rule, not both")
    }
    if reviewers.isEmpty, approvals != nil {
      throw ValidationError(
        "--approvals says how many of the --reviewer accounts; a --rule says it itself")
    }
    if reviewers.isEmpty, rules.isEmpty {
      throw ValidationError("say what protects it: --reviewer P, --rule N:P,P, or --unprotected")
    }
    if let approvals, approvals < 1 { throw ValidationError("--approvals is at least 1") }
    try RuleText.validate(rules)
  }

  func run() throws {
    let parameters = try parameters()
    let answer = try connection.connect().answer(
      .environmentCreate(parameters), as: EnvironmentView.self)
    try output.print(answer) { $0.lines() }
  }

  func parameters() throws -> EnvironmentCreate {
    var clocks = Clocks()
    if let requestTTL { clocks.request = requestTTL.seconds * 1_000 }
    if let approvalTTL { clocks.approval = approvalTTL.seconds * 1_000 }
    if let grantTTL { clocks.grant = grantTTL.seconds * 1_000 }
    return EnvironmentCreate(
      name: try EnvironmentName(argument: name),
      requesters: requesters.contains("any")
        ? nil : try requesters.map { try PrincipalName(argument: $0) },
      protection: try protection(), writers: try writers.map { try PrincipalName(argument: $0) },
      preventSelfReview: !allowSelfReview, exclusive: exclusive, inOrder: inOrder,
      maxReads: maxReads, clocks: clocks,
      allowedNames: try allowedNames.map { try SecretName(argument: $0) })
  }

  private func protection() throws -> NamedProtection {
    unprotected ? .unprotected : try RuleText.protection(reviewers, approvals ?? 1, rules)
  }
}
