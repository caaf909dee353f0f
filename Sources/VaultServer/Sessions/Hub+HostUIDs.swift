import Logging
import NIOCore
import VaultCore

/// Accounts of the host whose uid came through a job socket: whom a container runs as is an account of the host
/// to the kernel, where its uids are not its own.
///
/// Invariants:
/// - a container that tries uid after uid fills neither the log nor the account database: one question a socket is
///   under way, and a few wait;
/// - uids that are no account use nothing up of what is told.
struct HostUIDs {
  private struct Seen: Hashable {
    let uid: UInt32
    let socket: SocketName
  }

  private static let mostTold = 256
  private static let mostWaiting = 64
  private static let interval = TimeAmount.hours(1)
  private var told: Set<Seen> = []
  private var since = NIODeadline.now()
  private var waiting: [SocketName: [UInt32]] = [:]

  /// Whether the account database is to be asked about a uid now; where not, it is once those before it were, as far
  /// as there is room.
  mutating func ask(_ uid: UInt32, _ socket: SocketName, now: NIODeadline) -> Bool {
    if now - since > Self.interval {
      told = []
      since = now
    }
    if told.contains(Seen(uid: uid, socket: socket)) { return false }
    guard let others = waiting[socket] else {
      waiting[socket] = []
      return true
    }
    if others.count < Self.mostWaiting, !others.contains(uid) { waiting[socket]?.append(uid) }
    return false
  }

  /// Takes an answer, and whom to ask about next.
  /// - Returns: whether to tell of the uid: it is an account, and news of the hour.
  mutating func answered(
    _ uid: UInt32, _ socket: SocketName, isAccount: Bool
  ) -> (tells: Bool, next: UInt32?) {
    let next = waiting[socket]?.popFirst()
    if next == nil { waiting[socket] = nil }
    guard isAccount, told.count(where: { $0.socket == socket }) < Self.mostTold else {
      return (false, next)
    }
    return (told.insert(Seen(uid: uid, socket: socket)).inserted, next)
  }
}

extension [UInt32] {
  fileprivate mutating func popFirst() -> UInt32? { isEmpty ? nil : removeFirst() }
}

extension Hub {
  /// Says in the log, and in `status`, that somebody came through a job socket whose uid is an account of the host;
  /// in the log at most once an hour for each.
  func noteHostUID(_ uid: UInt32, through socket: SocketName) {
    // Root of a container without a user namespace is what that is.
    guard uid != 0, hostUIDs.ask(uid, socket, now: .now()) else { return }
    askForHostUID(uid, socket)
  }

  private func askForHostUID(_ uid: UInt32, _ socket: SocketName) {
    accounts.lookup(uid) { [weak self, eventLoop] answer in
      eventLoop.execute { [weak self] in self?.take(answer, of: uid, socket) }
    }
  }

  private func take(_ answer: AccountAnswer, of uid: UInt32, _ socket: SocketName) {
    let account: Account? = if case .known(let account) = answer { account } else { nil }
    let found = hostUIDs.answered(uid, socket, isAccount: account != nil)
    if found.tells, let account {
      logger.warning(
        "a host account connected through a job socket: give the container uids of its own",
        metadata: [.socket: "\(socket.text)", .uid: "\(uid)", .account: "\(account.name)"])
      status.warnings.set(
        .socketHostAccount, socket.text,
        "the host account \(account.name) connected through the job socket \(socket.text): a container that uses "
          + "the host's uids is open to that account; give the container uids of its own, or set "
          + #""host_uids":"refuse""#)
    }
    if let next = found.next { askForHostUID(next, socket) }
  }
}
