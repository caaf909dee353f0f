import CLinux
import Glibc
import VaultCore

/// The process that opened a connection, looked at in /proc to find whether it lives as this host does.
///
/// Invariant (`kernel-identity`): what is found here only takes rights away. A pid by itself proves nothing,
/// since another process may have it by now; so the process must be the one that connected, before and after
/// it was looked at (SO_PEERPIDFD), or, on a kernel that does not tell (before 6.5), one that is older than
/// the connection. What cannot be found out takes away like what is found.
struct PeerProcess: Sendable {
  /// The pid that the kernel noted at connect, as this process sees it; 0 where it sees none.
  let pid: Int32
  /// When the connection was accepted, in milliseconds on CLOCK_BOOTTIME.
  let accepted: Int64

  /// Takes hold of the process; nil where it is gone, or in a pid namespace that this process does not see.
  ///
  /// A system call and no more: it reads nothing.
  /// - Parameter descriptor: the connection.
  func hold(_ descriptor: Int32) -> PeerHold? {
    guard pid > 0 else { return nil }
    var pidfd: Int32 = -1
    switch unsafe envgate_peer_pidfd(descriptor, &pidfd) {
    case 0: return PeerHold(pid: pid, accepted: accepted, pidfd: pidfd)
    case ENOPROTOOPT: return PeerHold(pid: pid, accepted: accepted, pidfd: nil)
    // No descriptor for it now says nothing about the process.
    case EMFILE, ENFILE, ENOMEM:
      return PeerHold(pid: pid, accepted: accepted, pidfd: nil, isUnknown: true)
    default: return nil
    }
  }
}

/// A hold on the process that opened a connection, which outlives the connection's descriptor.
final class PeerHold: Sendable {
  private let pid: Int32
  private let accepted: Int64
  /// What stands for the process and for no later one of its number; nil before Linux 6.5.
  private let pidfd: Int32?
  /// Whether there was no descriptor to hold it by.
  private let isUnknown: Bool

  fileprivate init(pid: Int32, accepted: Int64, pidfd: Int32?, isUnknown: Bool = false) {
    self.isUnknown = isUnknown
    self.pid = pid
    self.accepted = accepted
    self.pidfd = pidfd
  }

  deinit {
    if let pidfd { close(pidfd) }
  }

  /// Whether the process still runs; nil where only a file tells, which is not for the event loop.
  var isRunning: Bool? {
    guard let pidfd else { return nil }
    var polled = pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0)
    // Readable: it has ended (pidfd_open(2)).
    return unsafe poll(&polled, 1, 0) == 0
  }

  /// Why the process may only ask; nil where it is a process of this host like ours.
  ///
  /// Reads files whose length the process has a say in: not for the event loop.
  func confinement(beside host: HostProcess? = .own) -> Confinement? {
    if isUnknown { return .unanswered }
    guard let host, isAlive else { return .processGone }
    let found = host.confinement(of: "\(pid)")
    return isAlive ? found : .processGone
  }

  private var isAlive: Bool {
    if let isRunning { return isRunning }
    guard let started = HostProcess.startTime(pid: "\(pid)") else { return false }
    return started <= accepted
  }
}
