import StrictJSON
import VaultCalls
import VaultCore

extension PrincipalGet: DescribedCall {
  static let shape = Shape<PrincipalGet>(
    Member("principal", \.principal, .principal),
    Member(optional: "after", \.after, .ordinal(from: 0)),
    Member("limit", \.limit, .limit, default: ProtocolLimits.usualItems),
    as: PrincipalGet.init)
}

extension PrincipalRemove: DescribedCall {
  static let shape = Shape<PrincipalRemove>(
    Member("principal", \.principal, .principal), as: PrincipalRemove.init)
}
