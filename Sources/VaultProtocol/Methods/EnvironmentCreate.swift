import StrictJSON
import VaultCalls
import VaultCore

extension EnvironmentCreate: DescribedCall {
  static let shape = Shape<EnvironmentCreate>(
    Member("name", \.name, .environmentName),
    Member("requesters", \.requesters, .requesters),
    Member(group: { $0.protection }, NamedProtection.shape),
    Member(unlessEmpty: "writers", \.writers, .principals(most: Gate.mostWriters, "writers")),
    Member(group: \.terms, GateTerms.shape)
  ) { places, name, requesters, protection, writers, terms in
    guard let protection else { throw places.missing("rules or unprotected") }
    let create = EnvironmentCreate(
      name: name, requesters: requesters, protection: protection, writers: writers, terms: terms)
    try PrincipalName.checkSize(of: create.principalNames, anybody: requesters == nil ? 1 : 0)
    return create
  }
}

extension Kind where Value == [PrincipalName]? {
  /// Principals, or `["any"]` alone for everybody.
  fileprivate static var requesters: Self {
    let named = Kind<[PrincipalName]>.principals(most: Gate.mostRequesters, "requesters")
    return Kind { value, direction in
      var elements = try value.array().makeIterator()
      if let first = elements.next(), elements.next() == nil, first.equalsASCII("any") {
        return nil
      }
      return try named.read(value, direction)
    } write: { requesters, writer in
      if let requesters {
        named.write(requesters, &writer)
      } else {
        Kind<[PrincipalName?]>.requesters.write([nil], &writer)
      }
    }
  }
}
