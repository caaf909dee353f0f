import StrictJSON
import VaultCalls
import VaultCore

extension EnvironmentPlace: DescribedCall {
  static let shape = Shape<EnvironmentPlace>(
    Member("name", \.name, .environmentName), as: EnvironmentPlace.init)
}

extension EnvironmentList: DescribedCall {
  static let shape = Shape<EnvironmentList>(
    Member(optional: "after", \.after, .ordinal(from: 0)),
    Member("limit", \.limit, .limit, default: ProtocolLimits.usualItems),
    as: EnvironmentList.init)
}
