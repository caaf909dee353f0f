import StrictJSON
import VaultCore

extension Kind where Value == PrincipalName {
  static var principal: Self {
    Kind { value, _ in
      try value.principalName().get()
    } write: {
      $1.string($0.text)
    }
  }
}

extension Kind where Value == SubjectName {
  static var subjectName: Self {
    Kind { value, _ in
      let text = try value.string()
      guard let name = SubjectName(text) else {
        let kinds = ["user:", "uid:", "socket:", "unit:"]
        throw Refusal.nameInvalid(
          what: "an account or a unit (user:NAME, uid:N, socket:NAME, unit:NAME)",
          PrincipalName.fault(in: text, of: kinds))
      }
      return name
    } write: {
      $1.string($0.text)
    }
  }
}

extension Kind where Value == [PrincipalName] {
  /// Principals of a list of a gate.
  static func principals(most: Int, _ what: String) -> Self {
    list(.principal) { _, count in
      if count > most { throw Refusal.gateInvalid(.tooMany(what, most: most)) }
    }
  }
}

extension Kind where Value == [PrincipalName?] {
  /// Requesters who come or go; nil for `any`, which stands for every account.
  static var requesters: Self {
    list(.requester) { value, _ in
      let named = try value.array().reduce(0) { $0 + ($1.equalsASCII("any") ? 0 : 1) }
      if named > Gate.mostRequesters {
        throw Refusal.gateInvalid(.tooMany("requesters", most: Gate.mostRequesters))
      }
    }
  }
}

extension Kind where Value == PrincipalName? {
  fileprivate static var requester: Self {
    Kind(
      read: { value, _ in
        value.equalsASCII("any") ? nil : try value.principalName().get()
      }, write: { $1.string($0?.text ?? "any") })
  }
}

extension JSONValue {
  func principalName() throws(JSONFault) -> Judged<PrincipalName> {
    let text = try string()
    guard let name = PrincipalName(text) else {
      return .failure(
        .nameInvalid(
          what: "a principal (user:NAME, group:NAME, uid:N, gid:N, socket:NAME)",
          PrincipalName.fault(
            in: text, of: ["user:", "group:", "uid:", "gid:", "socket:"])))
    }
    return .success(name)
  }
}

extension PrincipalName {
  fileprivate static func fault(in text: String, of kinds: [String]) -> NameFault {
    if text.isEmpty { return .empty }
    if text.utf8.count > 255 { return .tooLong }
    return .character(offset: kinds.first { text.hasPrefix($0) }?.utf8.count ?? 0)
  }

  /// Refuses more names than the views of a gate and its requests have room for.
  /// - Parameter anybody: how often `any` is among them.
  static func checkSize(of names: [PrincipalName], anybody: Int) throws(Refusal) {
    let bytes = names.reduce(anybody * "any".utf8.count) { $0 + $1.text.utf8.count }
    if bytes + 3 * (names.count + anybody) > ProtocolLimits.longestPrincipals {
      throw .gateInvalid(
        .tooMany("bytes in the names of principals", most: ProtocolLimits.longestPrincipals))
    }
  }
}
