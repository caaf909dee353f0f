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
      """)

  @Argument(help: "The new environment.") var name: String

  @Option(
    name: .customLong("requester"),
    help: ArgumentHelp("Who may ask; repeat it. 'any' for every account.", valueName: "P"))
  var requesters: [String] = []

  @Option(
    name: .customLong("reviewer"),
    help: ArgumentHelp("Who may approve; repeat it. They make one rule.", valueName: "P"))
  var reviewers: [String] = []

  @Option(help: ArgumentHelp("How many of the reviewers must approve (1).", valueName: "N"))
  var approvals: Int?

  @Option(
    name: .customLong("rule"),
    help: ArgumentHelp(
      "A rule, N of these must approve; repeat it, all rules must be met.", valueName: "N:P,P,…"))
  var rules: [String] = []

  @Flag(help: "Let whoever may ask read at once.")
  var unprotected = false

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

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if requesters.isEmpty {
      throw ValidationError("say who may ask: --requester P, or --requester any")
    }
    if requesters.contains("any"), Set(requesters).count > 1 {
      throw ValidationError("--requester any stands alone; it includes everybody")
    }
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
    for rule in rules where Self.parts(of: rule) == nil {
      throw ValidationError(
        "a rule is written N:P,P with N at least 1, as in 2:user:alice,group:ops")
    }
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
      protection: try protection(), preventSelfReview: !allowSelfReview, clocks: clocks)
  }

  private func protection() throws -> EnvironmentCreate.Protection {
    if unprotected { return .unprotected }
    if rules.isEmpty { return .reviewers([try Self.rule(approvals ?? 1, reviewers)]) }
    return .reviewers(
      try rules.compactMap { Self.parts(of: $0) }.map { try Self.rule($0.required, $0.reviewers) })
  }

  private static func rule(_ required: Int, _ reviewers: [String]) throws -> EnvironmentCreate.Rule
  {
    EnvironmentCreate.Rule(
      reviewers: try reviewers.map { try PrincipalName(argument: $0) }, required: required)
  }

  /// `N:P,P` in its parts; nil where it is not written so. A principal holds a colon, but no comma.
  private static func parts(of rule: String) -> (required: Int, reviewers: [String])? {
    guard let colon = rule.firstIndex(of: ":"), let required = Int(rule[..<colon]), required >= 1
    else { return nil }
    let reviewers = rule[rule.index(after: colon)...]
      .split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    return reviewers.contains("") ? nil : (required, reviewers)
  }
}
