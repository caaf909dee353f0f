import CLinux
import Glibc
import VaultCore

/// The process that opened a connection, looked at in /proc to find whether it lives as this host does.
///
/// Invariant (`kernel-identity`): what is found here only takes rights away. A pid by itself proves nothing,
/// since another process may have it by now; so the process must be the one that connected, before and after
/// it was looked at: the kernel hands out what stands for it (SO_PEERPIDFD), or, on a kernel that does not
/// (before 6.5), it has the start and the account that it had when the connection was accepted. What cannot be
/// found out takes away like what is found.
struct PeerProcess: Sendable {
  /// What stands for the process beside its number.
  enum Identity: Hashable, Sendable {
    /// The kernel tells, for the descriptor of the connection.
    case descriptor
    /// When it was started, in milliseconds on CLOCK_BOOTTIME, and for which account it acts; nil where there
    /// was no such process any more.
    case start(Int64?, uid: UInt32)
  }

  /// Whether the kernel hands out what stands for a peer.
  static let hasDescriptors: Bool = {
    var ends: [Int32] = [-1, -1]
    guard
      unsafe socketpair(
        AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0
    else { return false }
    defer { for end in ends { close(end) } }
    var pidfd: Int32 = -1
    guard unsafe envgate_peer_pidfd(ends[0], &pidfd) == 0 else { return false }
    close(pidfd)
    return true
  }()

  /// The pid that the kernel noted at connect, as this process sees it; 0 where it sees none.
  let pid: Int32
  let identity: Identity

  /// The process behind a connection that was accepted now.
  ///
  /// - Parameter hasDescriptors: whether the kernel hands out what stands for it.
  init(_ credentials: PeerCredentials, hasDescriptors: Bool = Self.hasDescriptors) {
    pid = credentials.pid
    if hasDescriptors || pid <= 0 {
      identity = .descriptor
      return
    }
    let accepted = BootTime.now()
    // One file of a few hundred bytes, whatever the process does.
    let start = HostProcess.startTime(pid: "\(pid)")
    identity = .start(start.flatMap { $0 <= accepted ? $0 : nil }, uid: credentials.uid)
  }

  init(pid: Int32, identity: Identity) {
    self.pid = pid
    self.identity = identity
  }

  /// Takes hold of the process; nil where it is gone, or in a pid namespace that this process does not see.
  ///
  /// A system call and no more: it reads nothing.
  /// - Parameter descriptor: the connection.
  func hold(_ descriptor: Int32) -> PeerHold? {
    guard pid > 0 else { return nil }
    switch identity {
    case .start(nil, _): return nil
    case .start(let start?, let uid): return PeerHold(pid: pid, by: .start(start, uid: uid))
    case .descriptor: break
    }
    var pidfd: Int32 = -1
    switch unsafe envgate_peer_pidfd(descriptor, &pidfd) {
    case 0: return PeerHold(pid: pid, by: .descriptor(pidfd))
    // No descriptor for it now says nothing about the process.
    case EMFILE, ENFILE, ENOMEM: return PeerHold(pid: pid, by: .nothing)
    default: return nil
    }
  }
}

/// A hold on the process that opened a connection, which outlives the connection's descriptor.
final class PeerHold: Sendable {
  fileprivate enum Means {
    /// Stands for the process and for no later one of its number.
    case descriptor(Int32)
    case start(Int64, uid: UInt32)
    /// There was no descriptor to hold it by.
    case nothing
  }

  private let pid: Int32
  private let means: Means

  fileprivate init(pid: Int32, by means: Means) {
    self.pid = pid
    self.means = means
  }

  deinit {
    if case .descriptor(let pidfd) = means { close(pidfd) }
  }

  /// Whether the process still runs; nil where only a file tells, which is not for the event loop.
  var isRunning: Bool? {
    guard case .descriptor(let pidfd) = means else { return nil }
    var polled = pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0)
    // Readable: it has ended (pidfd_open(2)).
    return unsafe poll(&polled, 1, 0) == 0
  }

  /// Why the process may only ask; nil where it is a process of this host like ours.
  ///
  /// Reads files whose length the process has a say in: not for the event loop.
  /// - Parameter pace: says how long that may take.
  func confinement(
    beside host: HostProcess? = .own, pace: HostPace? = nil
  ) -> Confinement? {
    if case .nothing = means { return .unanswered }
    guard let host, isAlive else { return .processGone }
    let began = pace?.now() ?? 0
    let found = host.confinement(of: "\(pid)") { pace?.isOver(since: began) ?? false }
    return isAlive ? found : .processGone
  }

  /// The control groups of the process, as `/proc/PID/cgroup` has them; nil where it is gone. Not for the event loop.
  func controlGroups() -> [UInt8]? {
    guard isAlive, let groups = HostProcess.controlGroups(of: "\(pid)"), isAlive else { return nil }
    return groups
  }

  private var isAlive: Bool {
    switch means {
    case .descriptor: isRunning == true
    case .start(let start, let uid):
      HostProcess.startTime(pid: "\(pid)") == start && HostProcess.account(of: "\(pid)") == uid
    case .nothing: false
    }
  }
}
