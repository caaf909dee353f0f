/// Who has done something, as it is typed: an account by its name or number, a job socket, a unit. A group does nothing.
public enum SubjectName: Hashable, Sendable {
  case user(String)
  case uid(UInt32)
  case socket(SocketName)
  case unit(UnitName)

  /// Reads `user:NAME`, `uid:N`, `socket:NAME` or `unit:NAME`; nil where the text is none of these.
  public init?(_ text: String) {
    switch PrincipalName(text) {
    case .user(let name)?: self = .user(name)
    case .group?, .gid?: return nil
    // No gate names a unit.
    case .uid?, .socket?, nil:
      switch Subject(text: text) {
      case .account(let uid)?: self = .uid(uid)
      case .socket(let name)?: self = .socket(name)
      case .unit(let name)?: self = .unit(name)
      case nil: return nil
      }
    }
  }

  /// The text that names it.
  public var text: String {
    switch self {
    case .user(let name): "user:\(name)"
    case .uid(let number): "uid:\(number)"
    case .socket(let name): "socket:\(name.text)"
    case .unit(let name): "unit:\(name.text)"
    }
  }
}
