import CLinux
import Glibc
import VaultCore

/// Who is on the other end of a Unix socket, as the kernel noted when it connected (unix(7)).
///
/// Invariant (`kernel-identity`): made from `SO_PEERCRED` and `SO_PEERGROUPS` of a descriptor,
/// never from a message. The pid is a decoration: it may be another process by now, and gives no
/// right.
struct PeerCredentials: Hashable, Sendable {
  let uid: UInt32
  let gid: UInt32
  let pid: Int32
  /// The supplementary groups; not what getgrouplist(3) would say.
  let groups: [UInt32]

  /// Asks the kernel about the peer of a connected socket.
  init(descriptor: Int32) throws(SystemFault) {
    var found = envgate_credentials()
    let code = unsafe envgate_peer_credentials(descriptor, &found)
    guard code == 0 else { throw SystemFault("read the credentials of a peer", code: code) }
    uid = found.uid
    gid = found.gid
    pid = found.pid
    groups = try Self.groups(descriptor)
  }

  /// The caller of a connection, before the account database was asked.
  func caller(connection: UInt64, overflow: OverflowIDs) -> Caller {
    var kernelGroups = [gid]
    for group in groups where group != gid { kernelGroups.append(group) }
    kernelGroups.removeAll { $0 == overflow.gid }
    return Caller(
      uid: uid, kernelGroups: kernelGroups, isOverflow: uid == overflow.uid,
      connection: connection, account: nil)
  }

  private static func groups(_ descriptor: Int32) throws(SystemFault) -> [UInt32] {
    var groups = [UInt32](repeating: 0, count: 32)
    // The list was fixed when the peer connected, so the size that the kernel asks for is right.
    for _ in 0..<2 {
      var count = UInt32(groups.count)
      let code = unsafe envgate_peer_groups(descriptor, &groups, &count)
      if code == 0 { return Array(groups.prefix(Int(count))) }
      guard code == ERANGE, count > groups.count else {
        throw SystemFault("read the groups of a peer", code: code)
      }
      groups = [UInt32](repeating: 0, count: Int(count))
    }
    throw SystemFault("read the groups of a peer", code: ERANGE)
  }
}
