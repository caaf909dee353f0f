import Logging
import NIOCore
import VaultCore

/// Accounts of the host whose uid came through a job socket: whom a container runs as is an account of the host
/// to the kernel, where its uids are not its own.
struct HostUIDs {
  private struct Seen: Hashable {
    let uid: UInt32
    let socket: SocketName
  }

  /// A container that tries uid after uid fills neither the log nor the account database.
  private static let most = 256
  private static let interval = TimeAmount.hours(1)
  private var seen: Set<Seen> = []
  private var since = NIODeadline.now()

  /// Whether this is news of the hour.
  mutating func note(_ uid: UInt32, _ socket: SocketName, now: NIODeadline) -> Bool {
    if now - since > Self.interval {
      seen = []
      since = now
    }
    guard seen.count(where: { $0.socket == socket }) < Self.most else { return false }
    return seen.insert(Seen(uid: uid, socket: socket)).inserted
  }
}

extension Hub {
  /// Says in the log that somebody came through a job socket whose uid is an account of the host; at most
  /// once an hour for each.
  func noteHostUID(_ uid: UInt32, through socket: SocketName) {
    // Root of a container without a user namespace is what that is.
    guard uid != 0, hostUIDs.note(uid, socket, now: .now()) else { return }
    accounts.lookup(uid) { [logger] answer in
      guard case .known(let account) = answer else { return }
      logger.warning(
        "an account of the host came through a job socket: give the container uids of its own",
        metadata: [
          .socket: "\(socket.text)", .uid: "\(uid)", .account: "\(account.name)",
        ])
    }
  }
}
