public import VaultCore

/// A rule, before the account database was asked who its principals are.
public struct NamedRule: Hashable, Sendable {
  /// Who may fill a place.
  public let reviewers: [PrincipalName]
  /// How many different people must approve.
  public let required: Int

  /// Makes a rule.
  public init(reviewers: [PrincipalName], required: Int) {
    self.reviewers = reviewers
    self.required = required
  }
}

/// What protects an environment, before the account database was asked.
public enum NamedProtection: Hashable, Sendable {
  /// Nothing; somebody said so.
  case unprotected
  /// Every one of these rules.
  case reviewers([NamedRule])

  var principalNames: [PrincipalName] {
    if case .reviewers(let rules) = self { rules.flatMap(\.reviewers) } else { [] }
  }

  func resolved(_ known: inout KnownPrincipals) -> Gate.Protection {
    switch self {
    case .unprotected: .unprotected
    case .reviewers(let rules):
      .reviewers(
        rules.map {
          ReviewerRule(reviewers: known.take($0.reviewers.count), required: $0.required)
        })
    }
  }
}

/// Principals that the account database has answered, taken in the order in which they were named.
struct KnownPrincipals {
  private var rest: ArraySlice<Principal>

  /// - Throws: ``Refusal/principalUnknown(_:)`` for the first name without an answer.
  init(_ principals: [Principal], of names: [PrincipalName]) throws(Refusal) {
    guard principals.count == names.count else {
      throw .principalUnknown(names.dropFirst(principals.count).first?.text ?? "")
    }
    rest = principals[...]
  }

  mutating func take(_ count: Int) -> [Principal] {
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }
}
