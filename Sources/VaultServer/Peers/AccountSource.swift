import CLinux
import Glibc
import VaultCore

/// The account database failed, which is not the same as having no such entry.
struct AccountFault: Error, Hashable {
  /// The errno of the call.
  let code: Int32
}

/// The calls into the account database. Each may block for as long as the database likes.
///
/// A struct of closures, so that a test can put in one that hangs or fails.
struct AccountSource: Sendable {
  /// The account of a uid, with every group; nil where there is none.
  let account: @Sendable (UInt32) throws(AccountFault) -> Account?
  /// The uid of an account name; nil where there is none.
  let uid: @Sendable (String) throws(AccountFault) -> UInt32?
  /// The gid of a group name; nil where there is none.
  let gid: @Sendable (String) throws(AccountFault) -> UInt32?

  /// The host's own database, by nsswitch.conf(5).
  static let system = AccountSource(
    account: systemAccount,
    uid: { name throws(AccountFault) in
      var uid: UInt32 = 0
      var gid: UInt32 = 0
      return try found(unsafe envgate_uid_by_name(name, &uid, &gid)) ? uid : nil
    },
    gid: { name throws(AccountFault) in
      var gid: UInt32 = 0
      return try found(unsafe envgate_gid_by_name(name, &gid)) ? gid : nil
    })

  /// NGROUPS_MAX: an account cannot have more.
  private static let mostGroups = 65_536

  @Sendable private static func systemAccount(_ uid: UInt32) throws(AccountFault) -> Account? {
    var gid: UInt32 = 0
    guard
      let name = try unsafe entryName({ unsafe envgate_account_by_uid(uid, $0, $1, &gid) })
    else { return nil }
    // No principal can spell another name, and `==` would take a look-alike for equal.
    guard isPlain(name) else { return nil }
    var groups: [Account.Group] = []
    for number in try groupNumbers(name, gid) {
      let group = try unsafe entryName { unsafe envgate_group_name(number, $0, $1) }
      groups.append(Account.Group(gid: number, name: group.flatMap { isPlain($0) ? $0 : nil }))
    }
    return Account(uid: uid, name: name, groups: groups)
  }

  private static func groupNumbers(
    _ name: String, _ gid: UInt32
  ) throws(AccountFault) -> [UInt32] {
    var groups = [UInt32](repeating: 0, count: 64)
    while true {
      var count = Int32(groups.count)
      let code = unsafe envgate_groups_of(name, gid, &groups, &count)
      if code == 0 { return Array(groups.prefix(Int(count))) }
      // It may have joined one more group in between, so more than one round can be needed.
      guard code == ERANGE, count > groups.count, count <= mostGroups else {
        throw AccountFault(code: code)
      }
      groups = [UInt32](repeating: 0, count: Int(count))
    }
  }

  /// The name that a call writes; nil where there is no entry, or its name is not UTF-8.
  private static func entryName(
    _ call: (UnsafeMutablePointer<CChar>, Int) -> Int32
  ) throws(AccountFault) -> String? {
    var buffer = [CChar](repeating: 0, count: 1_024)
    // Safety: the call writes a NUL-terminated name into the array, within its count.
    let code = unsafe buffer.withUnsafeMutableBufferPointer { buffer in
      unsafe buffer.baseAddress.map { unsafe call($0, buffer.count) } ?? EINVAL
    }
    guard try found(code) else { return nil }
    return String(
      validating: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func found(_ code: Int32) throws(AccountFault) -> Bool {
    switch code {
    case 0: return true
    case ENOENT: return false
    default: throw AccountFault(code: code)
    }
  }

  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy { (0x20...0x7E).contains($0) }
  }
}
