import VaultCalls
import VaultCore

extension KeyStatus: DescribedCall {
  static let shape = Shape<KeyStatus>(
    Member(optional: "after", \.after, .ordinal(from: 0)),
    Member("limit", \.limit, .limit, default: ProtocolLimits.usualItems),
    as: KeyStatus.init)
}

extension KeyRotate: DescribedCall {
  static let shape = Shape<KeyRotate>(
    Member(optional: "environment", \.target.environment, .environmentName),
    Member(onlyTrue: "root", \.target.isRoot)
  ) { places, environment, isRoot in
    if let environment {
      try places.refuse("root", because: "either environment or root")
      return KeyRotate(.environment(environment))
    }
    if !isRoot { throw places.missing("environment or root") }
    return KeyRotate(.root)
  }
}

extension KeyRotate.Target {
  fileprivate var environment: EnvironmentName? {
    if case .environment(let name) = self { name } else { nil }
  }

  fileprivate var isRoot: Bool { if case .root = self { true } else { false } }
}
