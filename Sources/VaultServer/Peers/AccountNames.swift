import VaultCore

/// What can be said of accounts and names by the lists that the host keeps beside the account database.
struct AccountNames: Sendable {
  let source: AccountSource
  let subordinates: SubordinateIDs
  let sockets: Set<SocketName>
  let overflow: OverflowIDs

  /// Who a uid is, where the account database is not asked; nil where it is.
  func answerWithoutDatabase(_ uid: UInt32) -> AccountAnswer? {
    if uid == overflow.uid { return .nobody }
    do throws(SystemFault) {
      return try subordinates.contains(uid) ? .nobody : nil
    } catch {
      return .unavailable
    }
  }

  /// What names stand for; this may take as long as the database does.
  func resolved(_ names: [PrincipalName]) -> AccountDatabase.Resolution {
    var principals: [Principal] = []
    for name in names {
      do throws(AccountFault) {
        guard let principal = try source.principal(name), !isNobody(principal) else {
          return .failure(.principalUnknown(name.text))
        }
        principals.append(principal)
      } catch { return .failure(.accountUnavailable) }
    }
    return .success(principals)
  }

  private func isNobody(_ principal: Principal) -> Bool {
    switch principal {
    case .user(_, let uid): answerWithoutDatabase(uid) != nil
    case .group(_, let gid): gid == overflow.gid
    case .socket(let name): !sockets.contains(name)
    case .uid, .gid: false
    }
  }
}

extension PrincipalName {
  /// Whether it is a number already.
  var isNumber: Bool {
    switch self {
    case .uid, .gid, .socket: true
    case .user, .group: false
    }
  }
}

extension AccountSource {
  /// What a name stands for; nil where it stands for nothing.
  func principal(_ name: PrincipalName) throws(AccountFault) -> Principal? {
    switch name {
    case .user(let name): try uid(name).map { .user(name: name, uid: $0) }
    case .group(let name): try gid(name).map { .group(name: name, gid: $0) }
    case .uid(let number): .uid(number)
    case .gid(let number): .gid(number)
    case .socket(let name): .socket(name)
    }
  }
}
