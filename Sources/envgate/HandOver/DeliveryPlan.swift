import SecretMemory
import VaultCore

/// How the secrets of a request are handed over, settled before anybody is asked.
struct DeliveryPlan {
  let form: DeliveryForm
  /// The member of each secret that is handed over instead of the whole.
  let field: String?
  /// The secret that is taken apart for Azure's tools.
  let azure: SecretName?

  private static let azureName = "AZURE_CREDENTIALS"

  /// - Parameters:
  ///   - named: the secrets that the command line names; none stands for all.
  init(_ form: DeliveryForm, field: String?, named: [SecretName]) throws {
    self.form = form
    self.field = field
    azure =
      form == .azure
      ? try (named.count == 1 ? named.first : nil) ?? SecretName(argument: Self.azureName) : nil
  }

  /// What reviewers are told of it: a claim, as all that the client says.
  var claim: String { field.map { "\(form.rawValue), member \($0)" } ?? form.rawValue }

  /// Refuses a hand-over that could not work, before anybody is bothered with it.
  /// - Parameters:
  ///   - secrets: the names of the request's secrets.
  ///   - settings: the names of the environment's variables.
  ///   - overriding: whether variables that are already there may be replaced.
  /// - Throws: ``CommandFault`` that names the variable.
  func requireFit(secrets: [SecretName], settings: [SecretName], overriding: Bool) throws {
    if let azure, !secrets.contains(azure) {
      throw CommandFault(
        "secret.missing",
        "there is no \(azure.text) among the secrets; name the one that holds Azure's credentials "
          + "with -s, or use --as env")
    }
    let names = try secrets.flatMap(variables(for:)) + settings.map(\.text)
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      throw CommandFault(
        "environment.conflict",
        "two things would be the variable \(name); leave one out with -s, or use another --as")
    }
    if !overriding { try ChildEnvironment.requireAbsent(names) }
  }

  private func variables(for secret: SecretName) throws -> [String] {
    switch form {
    case .azure where secret == azure: AzureCredentials.names
    case .env, .azure: [secret.text]
    case .fd, .file: [try Self.fileVariable(secret)]
    }
  }

  /// `NAME_FILE`, which is judged as a name of its own: a path in `SSL_CERT_FILE` would steer the job.
  static func fileVariable(_ secret: SecretName) throws -> String {
    try SecretName(argument: secret.text + "_FILE", of: "a variable for a file").text
  }
}
