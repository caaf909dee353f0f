import SecretMemory
import VaultCore

/// How the secrets of a request are handed over, settled before anybody is asked.
///
/// Invariant: no secret is mapped twice. What only the vault knows, its secrets and variables, is judged by
/// ``requireFit(secrets:settings:overriding:)``.
struct DeliveryPlan {
  /// How a secret is handed over that says nothing itself.
  let form: DeliveryForm
  /// The member of each secret that is handed over instead of the whole.
  let field: String?
  /// The secrets that the command line names; none stands for all.
  let mappings: [SecretMapping]
  /// The secret that `--as azure` takes apart for Azure's tools.
  private let azure: SecretName?

  private static let azureName = "AZURE_CREDENTIALS"

  /// - Throws: ``CommandFault`` `usage` for what contradicts itself.
  init(_ form: DeliveryForm, field: String?, mappings: [SecretMapping]) throws {
    self.form = form
    self.field = field
    self.mappings = mappings
    var seen: Set<SecretName> = []
    for mapping in mappings where !seen.insert(mapping.name).inserted {
      throw CommandFault(.usage, "-s names \(mapping.name.text) twice; name it once")
    }
    let unsaid = mappings.filter { $0.form == nil }
    azure =
      form == .azure && (mappings.isEmpty || !unsaid.isEmpty)
      ? try (unsaid.count == 1 ? unsaid.first?.name : nil) ?? SecretName(argument: Self.azureName)
      : nil
    for mapping in mappings where way(of: mapping.name).form == .azure {
      if mapping.variable != nil {
        throw CommandFault(
          .usage,
          "the form azure sets the variable names of \(mapping.name.text) itself; leave =VARIABLE out of "
            + "-s \(mapping.text), or use another form")
      }
      if field != nil {
        throw CommandFault(
          .usage, "the form azure splits \(mapping.name.text) into its fields; leave --field out")
      }
    }
  }

  /// The secrets that are named; empty for all.
  var names: [SecretName] { mappings.map(\.name) }

  /// What reviewers are told of it: a claim, as all that the client says. Each mapping stands in it.
  var claim: String {
    let said = mappings.filter(\.isExplicit).map(\.text)
    return (field.map { "\(form.rawValue), member \($0)" } ?? form.rawValue)
      + (said.isEmpty ? "" : "; " + said.joined(separator: ", "))
  }

  /// How a secret is handed over, and by which variable where that is said.
  func way(of secret: SecretName) -> (form: DeliveryForm, variable: String?) {
    let mapping = mappings.first { $0.name == secret }
    if let form = mapping?.form { return (form, mapping?.variable) }
    // Beside Azure's credentials the others are plain variables.
    if form == .azure, secret != azure { return (.env, mapping?.variable) }
    return (form, mapping?.variable)
  }

  /// Refuses a hand-over that could not work, before anybody is bothered with it.
  /// - Parameters:
  ///   - secrets: the names of the request's secrets.
  ///   - settings: the names of the environment's variables.
  ///   - overriding: whether variables that are already there may be replaced.
  /// - Throws: ``CommandFault`` that names the variable.
  func requireFit(secrets: [SecretName], settings: [SecretName], overriding: Bool) throws {
    if let azure, !secrets.contains(azure) {
      throw CommandFault(
        .secretMissing,
        "there is no \(azure.text) among the secrets; name the one that holds Azure's credentials "
          + "with -s, or use --as env")
    }
    if secrets.contains(where: { way(of: $0).form == .fd }) { try SealedFile.requirePlace() }
    let names = secrets.flatMap(variables(for:)) + settings.map(\.text)
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      throw CommandFault(
        .usage,
        "two values would become the variable \(name); leave one out with -s, or use another variable "
          + "with -s NAME=VARIABLE")
    }
    for name in names { try SecretMapping.judge(name) }
    if !overriding { try ChildEnvironment.requireAbsent(names) }
  }

  private func variables(for secret: SecretName) -> [String] {
    let way = way(of: secret)
    if way.form == .azure { return AzureCredentials.names }
    return [Self.variable(way, secret)]
  }

  /// The one variable of a form other than Azure's.
  static func variable(
    _ way: (form: DeliveryForm, variable: String?), _ secret: SecretName
  ) -> String {
    if let variable = way.variable { return variable }
    switch way.form {
    case .env, .azure: return secret.text
    case .fd, .file: return ReservedNames.fileVariable(of: secret.text)
    }
  }
}
