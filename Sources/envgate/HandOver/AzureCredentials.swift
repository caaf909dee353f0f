import SecretMemory
import VaultCore

/// A service principal as `az ad sp create-for-rbac --sdk-auth` prints it and azure/login takes it, as the
/// variables that Azure's tools read.
///
/// `AZURE_*` is what the Azure SDKs read (EnvironmentCredential), `ARM_*` what Terraform's provider does.
enum AzureCredentials {
  private static let members: [(member: String, variable: String)] = [
    ("clientId", "CLIENT_ID"), ("clientSecret", "CLIENT_SECRET"), ("tenantId", "TENANT_ID"),
    ("subscriptionId", "SUBSCRIPTION_ID"),
  ]
  private static let prefixes = ["AZURE_", "ARM_"]

  /// The names of all variables.
  static let names = prefixes.flatMap { prefix in members.map { prefix + $0.variable } }

  /// - Throws: ``CommandFault`` `value.field` where the value is no JSON object or lacks one of the four
  ///   members, or has an empty one.
  static func variables(
    of value: SecretBuffer, named name: SecretName
  ) throws -> [HandOver.Variable] {
    let values = try members.map { member, variable in
      let part: SecretBuffer
      do { part = try FieldReader.field(member, of: value) } catch let fault as CommandFault {
        throw CommandFault(
          fault.reason,
          "\(name.text) holds no Azure credentials: \(fault.sentence); "
            + "it needs clientId, clientSecret, tenantId and subscriptionId")
      }
      guard part.count > 0 else {
        throw CommandFault("value.field", "the member \(member) of \(name.text) is empty")
      }
      return (variable: variable, value: part)
    }
    return prefixes.flatMap { prefix in values.map { (prefix + $0.variable, $0.value) } }
  }
}
