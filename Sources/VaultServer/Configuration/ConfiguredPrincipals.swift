import StrictJSON
import VaultCore

/// The principals of a configuration, looked up as they are read.
struct ConfiguredPrincipals {
  let accounts: AccountSource
  let overflow: OverflowIDs

  /// A list; left out it is empty, which means nobody.
  func list(_ value: JSONValue?) throws -> [Principal] {
    guard let value else { return [] }
    var found: [Principal] = []
    for element in try value.array() {
      let principal = try principal(element)
      if !found.contains(principal) { found.append(principal) }
    }
    return found
  }

  /// A list of single accounts.
  func accounts(_ value: JSONValue?) throws -> [(uid: UInt32, offset: Int)] {
    guard let value else { return [] }
    var found: [(uid: UInt32, offset: Int)] = []
    for element in try value.array() {
      guard let uid = try principal(element).uid else {
        throw Misconfiguration(at: element.offset, "this must be one account: user:NAME or uid:N")
      }
      found.append((uid, element.offset))
    }
    return found
  }

  /// The accounts of each person, by that person's name.
  func people(_ value: JSONValue?) throws -> People {
    guard let value else { return People() }
    var persons: [UInt32: String] = [:]
    for (name, value) in try value.object() {
      guard Self.isPersonName(name) else {
        throw Misconfiguration(
          at: value.offset,
          "a person's name has 1 to 64 characters; allowed: letters, digits, _ - and ."
        )
      }
      let section = try ConfigurationSection(value, known: Configuration.person.known)
      let accounts = try accounts(section.required("accounts"))
      if accounts.isEmpty {
        throw Misconfiguration(at: value.offset, "a person needs at least one account")
      }
      for account in accounts {
        if let other = persons[account.uid], other != name {
          throw Misconfiguration(
            at: account.offset,
            "this account already belongs to \(other): an account belongs to one person")
        }
        persons[account.uid] = name
      }
    }
    return People(persons)
  }

  /// The gid of a group's name.
  func group(_ value: JSONValue) throws -> UInt32 {
    guard let name = PrincipalName("group:" + (try value.string())),
      case .group(_, let gid) = try resolve(name, at: value.offset)
    else { throw Misconfiguration(at: value.offset, "this must be the name of a group") }
    return gid
  }

  private func principal(_ value: JSONValue) throws -> Principal {
    let text = try value.string()
    if text.hasPrefix("socket:") {
      throw Misconfiguration(
        at: value.offset,
        "a job socket can only be a requester of an environment; name an account or a group here")
    }
    guard let name = PrincipalName(try value.string()) else {
      throw Misconfiguration(
        at: value.offset, "this must be user:NAME, group:NAME, uid:N or gid:N")
    }
    return try resolve(name, at: value.offset)
  }

  private func resolve(_ name: PrincipalName, at offset: Int) throws -> Principal {
    let found: Principal?
    do throws(AccountFault) {
      found = try accounts.principal(name)
    } catch {
      throw Misconfiguration(
        at: offset, "the account database does not answer for \(name.text) (errno \(error.code))")
    }
    guard let found else {
      throw Misconfiguration(at: offset, "\(name.text) does not exist\(Self.remedy(name))")
    }
    switch found {
    case .user(_, overflow.uid), .uid(overflow.uid), .group(_, overflow.gid), .gid(overflow.gid):
      throw Misconfiguration(
        at: offset,
        "\(name.text) is the kernel's overflow id and matches no caller; name another account or group"
      )
    default: return found
    }
  }

  private static func remedy(_ name: PrincipalName) -> String {
    switch name {
    case .user(let name): ": run: useradd --system \(name)"
    case .group(let name): ": run: groupadd --system \(name)"
    case .uid, .gid, .socket: ""
    }
  }

  private static func isPersonName(_ name: String) -> Bool {
    (1...64).contains(name.utf8.count)
      && name.utf8.allSatisfy {
        switch $0 {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
      }
  }
}
