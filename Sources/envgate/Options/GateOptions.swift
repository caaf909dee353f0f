import ArgumentParser
import VaultCore
import VaultProtocol

/// Which command takes the options: one that creates a gate says what it is not by default, one that edits a gate
/// also takes things away.
protocol GateUse: Sendable {
  static var edits: Bool { get }
}

enum CreatesGate: GateUse { static let edits = false }
enum EditsGate: GateUse { static let edits = true }

/// The values of a gate's rules, as `environment create` and `environment edit` take them.
struct GateOptions<Use: GateUse>: ParsableArguments {
  @Flag(name: .rule(.allowSelfReview), help: "Let the requester's own approval count.")
  var allowSelfReview = false
  @Flag(
    name: .edit([.customLong("prevent-self-review"), .rule(.allowSelfReview, "no-")], Use.self),
    help: .edit("Do not count the requester's own approval.", Use.self))
  var preventSelfReview = false

  @Flag(
    exclusivity: .chooseLast,
    help: Use.edits
      ? "Allow at most one active grant, or several."
      : "Allow at most one active grant; jobs take turns in order of approval.")
  var exclusive: RuleSwitch<Exclusive, Use>?
  @Flag(
    exclusivity: .chooseLast,
    help: Use.edits
      ? "Refuse a request after a newer one was activated, or accept it."
      : "With --exclusive: refuse a request after a newer one was activated.")
  var inOrder: RuleSwitch<InOrder, Use>?

  @Option(
    name: .rule(.maxReads),
    help: ArgumentHelp("Let a grant read each secret at most N times.", valueName: "N"))
  var maxReads: Int?
  @Flag(
    name: .edit([.rule(.maxReads, "no-")], Use.self), help: .edit("Do not limit reads.", Use.self))
  var noMaxReads = false

  @Option(
    name: .rule(.requestTTL), help: .duration("Let a request wait at most", "24h", Use.self))
  var requestTTL: TimeSpan?
  @Option(name: .rule(.approvalTTL), help: .duration("Let an approval be valid", "8h", Use.self))
  var approvalTTL: TimeSpan?
  @Option(name: .rule(.grantTTL), help: .duration("Let a grant be readable", "1h", Use.self))
  var grantTTL: TimeSpan?

  @Option(
    name: .rule(.allowedNames),
    help: ArgumentHelp(
      "Allow this reserved name for a secret or a variable. Repeatable.", valueName: "name"))
  var allowedNames: [String] = []
  @Option(
    name: .edit([.rule(.allowedNames, "no-")], Use.self),
    help: .edit("No longer allow this reserved name. Repeatable.", Use.self, valueName: "name"))
  var formerNames: [String] = []

  @Option(
    name: .rule(.rotationPeriod),
    help: ArgumentHelp(
      "Mark each secret as due for a new value this long after it was set.", valueName: "duration"))
  var rotationPeriod: TimeSpan?
  @Flag(
    name: .edit([.rule(.rotationPeriod, "no-")], Use.self),
    help: .edit("Do not mark secrets as due.", Use.self))
  var noRotationPeriod = false

  func validate() throws {
    if allowSelfReview, preventSelfReview {
      throw ValidationError("use either --allow-self-review or --prevent-self-review")
    }
    if maxReads != nil, noMaxReads {
      throw ValidationError("use either --max-reads or --no-max-reads")
    }
    if rotationPeriod != nil, noRotationPeriod {
      throw ValidationError("use either --rotation-period or --no-rotation-period")
    }
    if let maxReads, maxReads < 1 { throw ValidationError("--max-reads must be at least 1") }
  }

  /// What is named.
  func edit() throws -> TermsEdit {
    var edit = TermsEdit()
    if allowSelfReview || preventSelfReview { edit[\.allowSelfReview] = allowSelfReview }
    edit[\.exclusive] = exclusive?.isOn
    edit[\.inOrder] = inOrder?.isOn
    edit[\.maxReads] = noMaxReads ? .some(nil) : maxReads.map { .some($0) }
    edit[\.clocks.request] = requestTTL?.milliseconds
    edit[\.clocks.approval] = approvalTTL?.milliseconds
    edit[\.clocks.grant] = grantTTL?.milliseconds
    edit[\.rotationPeriod] =
      noRotationPeriod ? .some(nil) : rotationPeriod.map { .some($0.milliseconds) }
    edit.edit(
      \.allowedNames, add: try allowedNames.map { try SecretName(argument: $0) },
      remove: try formerNames.map { try SecretName(argument: $0) })
    return edit
  }
}

/// A rule that is a flag. Who creates a gate can only turn it on, because it is off otherwise.
enum RuleSwitch<Rule: SwitchedRule, Use: GateUse>: String, EnumerableFlag {
  case on, off

  static var allCases: [Self] { Use.edits ? [.on, .off] : [.on] }

  static func name(for value: Self) -> NameSpecification {
    .rule(Rule.row, value == .on ? "" : "no-")
  }

  var isOn: Bool { self == .on }
}

protocol SwitchedRule: Sendable { static var row: GateRule { get } }

enum Exclusive: SwitchedRule { static let row = GateRule.exclusive }
enum InOrder: SwitchedRule { static let row = GateRule.inOrder }

extension NameSpecification {
  static func rule(_ rule: GateRule) -> Self { [.rule(rule)] }

  static func rule(_ rule: GateRule, _ prefix: String) -> Self { [.rule(rule, prefix)] }

  /// No name where the command edits nothing: it does not take the option.
  static func edit(_ names: [Element], _ use: (some GateUse).Type) -> Self {
    NameSpecification(use.edits ? names : [])
  }
}

extension NameSpecification.Element {
  static func rule(_ rule: GateRule, _ prefix: String = "") -> Self {
    .customLong("\(prefix)\(rule.option)")
  }
}

extension ArgumentHelp {
  fileprivate static func edit(
    _ sentence: String, _ use: (some GateUse).Type, valueName: String? = nil
  ) -> Self {
    ArgumentHelp(sentence, valueName: valueName, visibility: use.edits ? .default : .private)
  }

  fileprivate static func duration(
    _ sentence: String, _ usual: String, _ use: (some GateUse).Type
  ) -> Self {
    ArgumentHelp(
      "\(sentence) this long\(use.edits ? "" : " (default: \(usual))").", valueName: "duration")
  }
}
