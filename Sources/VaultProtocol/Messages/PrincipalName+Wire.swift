import VaultCore

extension PrincipalName {
  init(wire text: String) throws(Refusal) {
    guard let name = PrincipalName(text) else {
      throw .nameInvalid(
        what: "a principal (user:NAME, group:NAME, uid:N, gid:N, socket:NAME)", Self.fault(in: text)
      )
    }
    self = name
  }

  /// Whether a text of a list of requesters stands for every account. By bytes (``JSONValue/word()`` says why).
  static func meansAnybody(_ text: String) -> Bool { text.utf8.elementsEqual("any".utf8) }

  private static func fault(in text: String) -> NameFault {
    if text.isEmpty { return .empty }
    if text.utf8.count > 255 { return .tooLong }
    let kinds = ["user:", "group:", "uid:", "gid:", "socket:"]
    return .character(offset: kinds.first { text.hasPrefix($0) }?.utf8.count ?? 0)
  }

  static func read(
    _ texts: [String], most: Int, _ what: String
  ) throws(Refusal) -> [PrincipalName] {
    if texts.count > most { throw .gateInvalid(.tooMany(what, most: most)) }
    var names: [PrincipalName] = []
    for text in texts { names.append(try PrincipalName(wire: text)) }
    return names
  }

  /// Refuses more names than the views of a gate and its requests have room for.
  static func checkSize(of texts: [String]) throws(Refusal) {
    if texts.reduce(0, { $0 + $1.utf8.count + 3 }) > ProtocolLimits.longestPrincipals {
      throw .gateInvalid(
        .tooMany("bytes in the names of principals", most: ProtocolLimits.longestPrincipals))
    }
  }
}
