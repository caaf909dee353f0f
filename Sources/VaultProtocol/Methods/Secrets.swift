import SecretMemory
import StrictJSON
import VaultCalls
import VaultCore

extension SecretPlace: DescribedCall {
  static let shape = Shape<SecretPlace>(
    Member("environment", \.environment, .environmentName),
    Member("name", \.name, .secretName),
    as: SecretPlace.init)
}

extension VersionPlace: DescribedCall {
  static let shape = Shape<VersionPlace>(
    Member("environment", \.environment, .environmentName),
    Member("name", \.name, .secretName),
    Member("version", \.version, .ordinal(from: 1)),
    as: VersionPlace.init)
}

extension NameList: DescribedCall {
  static let shape = Shape<NameList>(
    Member("environment", \.environment, .environmentName),
    Member(optional: "after", \.after, .secretName),
    Member("limit", \.limit, .limit, default: ProtocolLimits.usualItems),
    as: NameList.init)
}

extension SecretSet: DescribedCall {
  static let shape = Shape<SecretSet>(
    Member("environment", \.environment, .environmentName),
    Member("name", \.name, .secretName),
    Member("value", \.value, .secretValue),
    Member(optional: "cas", \.cas, .ordinal(from: 0)),
    Member("revoke_previous", \.revokePrevious, .bool, unless: false),
    as: SecretSet.init)
}

extension SecretVersions: DescribedCall {
  static let shape = Shape<SecretVersions>(
    Member("environment", \.environment, .environmentName),
    Member("name", \.name, .secretName),
    Member(optional: "after", \.after, .ordinal(from: 0)),
    Member("limit", \.limit, .limit, default: ProtocolLimits.usualItems),
    as: SecretVersions.init)
}

extension SecretRollback: DescribedCall {
  static let shape = Shape<SecretRollback>(
    Member("environment", \.environment, .environmentName),
    Member("name", \.name, .secretName),
    Member("to", \.to, .ordinal(from: 1)),
    Member(optional: "cas", \.cas, .ordinal(from: 0)),
    as: SecretRollback.init)
}
