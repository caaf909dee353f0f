import StrictJSON
import VaultCalls
import VaultCore

extension VariableSet: DescribedCall {
  static let shape = Shape<VariableSet>(
    Member("environment", \.environment, .environmentName),
    Member("name", \.name, .secretName),
    Member("value", \.value, .text),
    as: VariableSet.init)
}
