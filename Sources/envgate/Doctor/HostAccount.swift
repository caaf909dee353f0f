import CLinux
import Glibc

/// An account of this host, as the account database has it.
struct HostAccount: Hashable {
  let name: String
  let uid: UInt32
  let gid: UInt32

  private static let longestName = 256
  private static let mostGroups: Int32 = 65_536
  private static let longestMembers = 16_384
  private static let mostListed: Int32 = 10_000

  /// The account with a number; nil where there is none, or the database does not answer.
  init?(uid: UInt32) {
    guard let account = try? Self.numbered(uid) else { return nil }
    self = account
  }

  /// The account database did not answer, and why.
  struct Unanswered: Error {
    let error: Int32
  }

  private init(name: String, uid: UInt32, gid: UInt32) {
    self.name = name
    self.uid = uid
    self.gid = gid
  }

  /// The account of a name; nil where there is none.
  static func named(_ name: String) throws(Unanswered) -> HostAccount? {
    var uid: UInt32 = 0
    var gid: UInt32 = 0
    // Safety: the callee reads the name and fills the local numbers during the call.
    let error = unsafe envgate_uid_by_name(name, &uid, &gid)
    if error == ENOENT { return nil }
    if error != 0 { throw Unanswered(error: error) }
    return HostAccount(name: name, uid: uid, gid: gid)
  }

  /// The account with a number; nil where there is none.
  static func numbered(_ uid: UInt32) throws(Unanswered) -> HostAccount? {
    var name = [CChar](repeating: 0, count: longestName)
    var gid: UInt32 = 0
    // Safety: the callee fills the local array up to its size, and the local number, during the call.
    let error = unsafe envgate_account_by_uid(uid, &name, name.count, &gid)
    if error == ENOENT { return nil }
    if error != 0 { throw Unanswered(error: error) }
    return HostAccount(name: text(name), uid: uid, gid: gid)
  }

  /// The numbers of its groups by the account database; nil where that does not answer.
  var groups: Set<UInt32>? {
    var count: Int32 = 64
    while true {
      var groups = [UInt32](repeating: 0, count: Int(count))
      // Safety: the callee fills the local array up to `count`, which it sets to what it needs.
      let error = unsafe envgate_groups_of(name, gid, &groups, &count)
      if error == 0 { return Set(groups.prefix(Int(count))) }
      guard error == ERANGE, count > groups.count, count <= Self.mostGroups else { return nil }
    }
  }

  /// The groups that this process has.
  static func sessionGroups() -> Set<UInt32> {
    let count = getgroups(0, nil)
    var groups = [UInt32](repeating: 0, count: max(1, Int(count)))
    // Safety: the kernel fills the local array up to its size during the call.
    let filled = unsafe getgroups(Int32(groups.count), &groups)
    return Set(groups.prefix(max(0, Int(filled)))).union([getegid()])
  }

  /// The name of a group; its number where it has none.
  static func group(_ gid: UInt32) -> String {
    (try? groupName(gid)) ?? "gid \(gid)"
  }

  /// The name of a group; nil where it has none.
  static func groupName(_ gid: UInt32) throws(Unanswered) -> String? {
    var name = [CChar](repeating: 0, count: longestName)
    // Safety: the callee fills the local array up to its size during the call.
    let error = unsafe envgate_group_name(gid, &name, name.count)
    if error == ENOENT { return nil }
    if error != 0 { throw Unanswered(error: error) }
    return text(name)
  }

  /// The names of a group's members, and whether these are all.
  static func members(of gid: UInt32) throws(Unanswered) -> (names: [String], isWhole: Bool) {
    var names = [CChar](repeating: 0, count: longestMembers)
    var length = 0
    // Safety: the callee fills the local array up to its size during the call.
    let error = unsafe envgate_group_members(gid, mostListed, &names, names.count, &length)
    if error != 0, error != ERANGE, error != ENOENT { throw Unanswered(error: error) }
    return (names[..<length].split(separator: 0).map { text(Array($0)) }, error != ERANGE)
  }

  /// The number of a group; nil where there is none.
  static func gid(of group: String) -> UInt32? {
    var gid: UInt32 = 0
    // Safety: the callee reads the name and fills the local number during the call.
    return unsafe envgate_gid_by_name(group, &gid) == 0 ? gid : nil
  }

  /// The name of an account; its number where it has none.
  static func owner(_ uid: UInt32) -> String {
    HostAccount(uid: uid).map { "\($0.name) (uid \(uid))" } ?? "uid \(uid)"
  }

  private static func text(_ name: [CChar]) -> String {
    String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
