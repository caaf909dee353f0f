import VaultClient
import VaultCore
import VaultProtocol

extension Connection {
  static var variablesTitle: String { "Variables that the job also gets:" }

  /// What a request's job would get beside its secrets, for whoever reviews it: values in quotes and whole.
  ///
  /// A change of one sends an approval back, so a reviewer who approves the digest of a request read
  /// before this approves what these facts say.
  func variableFacts(of request: RequestView) throws -> Facts {
    var facts = Facts()
    guard request.isLive else { return facts }
    let variables: [VariableView]
    do {
      variables = try self.variables(of: EnvironmentName(argument: request.environment)).items
    } catch let error as WireError where error.known == .environmentUnknown {
      return facts
    }
    for variable in variables {
      facts.add(variable.name, ForeignText.quoted(variable.value, limit: .max))
    }
    return facts
  }
}
