/// Somebody a rule names: an account, a group, a bare number, a job socket.
///
/// Names are resolved to numbers when a rule is written and both are kept: the number decides, and a
/// principal whose number and name no longer belong together is *stale* and matches nobody (a reused
/// uid must not inherit an approval).
public enum Principal: Hashable, Sendable {
  /// `user:NAME`, with the uid that the name had when the rule was written.
  case user(name: String, uid: UInt32)
  /// `group:NAME`, with its gid at that time.
  case group(name: String, gid: UInt32)
  /// `uid:N`: a bare number, for which the account database is never asked.
  case uid(UInt32)
  /// `gid:N`: a bare group number; the account must still be a member of it by the account database.
  case gid(UInt32)
  /// `socket:NAME`: whoever comes through that job socket. It may ask, and nothing more.
  case socket(SocketName)

  /// The text that names it, as a person types it.
  public var text: String {
    switch self {
    case .user(let name, _): "user:\(name)"
    case .group(let name, _): "group:\(name)"
    case .uid(let number): "uid:\(number)"
    case .gid(let number): "gid:\(number)"
    case .socket(let name): "socket:\(name.text)"
    }
  }

  /// Whether this is what somebody typed so, whatever number the name has now: who has left is taken out
  /// by name.
  public func isNamed(_ name: PrincipalName) -> Bool { text == name.text }

  /// The uid, where this names exactly one account.
  public var uid: UInt32? {
    switch self {
    case .user(_, let uid), .uid(let uid): uid
    case .group, .gid, .socket: nil
    }
  }
}

/// A principal as it is typed, before the account database was asked.
public enum PrincipalName: Hashable, Sendable {
  case user(String)
  case group(String)
  case uid(UInt32)
  case gid(UInt32)
  case socket(SocketName)

  /// Reads `user:NAME`, `group:NAME`, `uid:N`, `gid:N` or `socket:NAME`; nil where the text is none of these.
  ///
  /// 4294967295 is no uid and no gid: the kernel uses it for "none" (chown(2)).
  public init?(_ text: String) {
    // Every name is ASCII. Comparing other text takes time that grows with its square.
    guard text.utf8.allSatisfy({ $0 < 0x80 }), let colon = text.firstIndex(of: ":") else {
      return nil
    }
    let rest = text[text.index(after: colon)...]
    guard !rest.isEmpty, rest.utf8.count <= 255 else { return nil }
    switch text[..<colon] {
    case "user" where Self.isAccountName(rest): self = .user(String(rest))
    case "group" where Self.isAccountName(rest): self = .group(String(rest))
    case "uid":
      guard let number = Self.number(rest) else { return nil }
      self = .uid(number)
    case "gid":
      guard let number = Self.number(rest) else { return nil }
      self = .gid(number)
    case "socket":
      guard let name = SocketName(rest) else { return nil }
      self = .socket(name)
    default: return nil
    }
  }

  /// The text that names it.
  public var text: String {
    switch self {
    case .user(let name): "user:\(name)"
    case .group(let name): "group:\(name)"
    case .uid(let number): "uid:\(number)"
    case .gid(let number): "gid:\(number)"
    case .socket(let name): "socket:\(name.text)"
    }
  }

  private static func isAccountName(_ name: Substring) -> Bool {
    name.utf8.allSatisfy {
      $0.isASCIILetter || $0.isASCIIDigit || [0x5F, 0x2D, 0x2E, 0x24, 0x40, 0x5C].contains($0)
    }
  }

  private static func number(_ digits: Substring) -> UInt32? {
    guard digits.utf8.allSatisfy(\.isASCIIDigit), let number = UInt32(digits), number != .max,
      digits == "0" || digits.first != "0"
    else { return nil }
    return number
  }
}
