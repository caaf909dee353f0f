import Glibc

/// The ids that the kernel shows in place of every id without a mapping in our user namespace
/// (user_namespaces(7)): they stand for everybody, so they match nothing.
struct OverflowIDs: Hashable, Sendable {
  var uid: UInt32 = 65_534
  var gid: UInt32 = 65_534

  /// The ids of this kernel; its default where procfs does not say.
  static func ofKernel(folder: String = "/proc/sys/kernel") -> OverflowIDs {
    var ids = OverflowIDs()
    if let uid = number(folder + "/overflowuid") { ids.uid = uid }
    if let gid = number(folder + "/overflowgid") { ids.gid = gid }
    return ids
  }

  private static func number(_ path: String) -> UInt32? {
    guard let file = try? OpenFile(path), let bytes = try? file.bytes(path, limit: 64) else {
      return nil
    }
    return UInt32(String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self))
  }
}
