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

  /// Why the process may only ask; nil where it is a process of this host like ours.
  ///
  /// - Parameter descriptor: the connection.
  func confinement(_ descriptor: Int32, host: HostProcess? = .own) -> Confinement? {
    guard pid > 0, isAlive(descriptor), let found = HostProcess(pid: "\(pid)"),
      isAlive(descriptor)
    else { return .processGone }
    return found.confinement(beside: host)
  }

  /// Whether the process that connected still runs, and still has its pid.
  func isAlive(_ descriptor: Int32) -> Bool {
    var pidfd: Int32 = -1
    switch unsafe envgate_peer_pidfd(descriptor, &pidfd) {
    case 0:
      defer { close(pidfd) }
      var polled = pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0)
      // Readable: it has ended (pidfd_open(2)).
      return unsafe poll(&polled, 1, 0) == 0
    case ENOPROTOOPT:
      guard let started = HostProcess.startTime(pid: "\(pid)") else { return false }
      return started <= accepted
    default: return false
    }
  }
}

/// What tells a process of a container from one of the host, for whoever may not trace it.
///
/// `/proc/PID/ns` is closed to an unprivileged daemon; `status`, `uid_map`, `gid_map` and `mountinfo` are
/// open to all (proc(5)), unless procfs hides other users' processes.
struct HostProcess: Hashable, Sendable {
  /// This process.
  static let own = HostProcess(pid: "self")

  /// Whether procfs shows us the processes of others, without which everybody is taken for a container's.
  static var showsOthers: Bool { own != nil && HostProcess(pid: "1") != nil }

  /// In how many pid namespaces it is, from that of this procfs inwards: 1 for the host's own.
  let processNamespaces: Int
  /// How its user namespace maps uids and gids.
  let maps: [[UInt8]]
  /// Its user namespace, where we may look at it.
  let userNamespace: String?
  /// The device and the folder that are mounted as its root; nil where nothing is, as in a chroot.
  let root: String?

  /// Looks at a process; nil where it is gone or hidden.
  /// - Parameter pid: its number, or `self`.
  init?(pid: String) {
    let folder = "/proc/\(pid)/"
    guard let status = Self.bytes(folder + "status"),
      let line = status.split(separator: 0x0A).first(where: {
        $0.starts(with: Array("NSpid:".utf8))
      }),
      let uids = Self.bytes(folder + "uid_map"), let gids = Self.bytes(folder + "gid_map")
    else { return nil }
    processNamespaces = line.dropFirst(6).split { $0 == 0x09 || $0 == 0x20 }.count
    maps = [uids, gids]
    userNamespace = Self.link(folder + "ns/user")
    root = Self.bytes(folder + "mountinfo").flatMap { Self.root(inMountInfo: $0) }
  }

  /// Why the process is not one of the host that this one is of.
  ///
  /// - Parameter host: this process; nil where it cannot look at itself, so that nobody is like it.
  func confinement(beside host: HostProcess?) -> Confinement? {
    guard let host else { return .processGone }
    if processNamespaces != host.processNamespaces { return .processNamespace }
    if maps != host.maps { return .userNamespace }
    if let userNamespace, let own = host.userNamespace, userNamespace != own {
      return .userNamespace
    }
    if let own = host.root, root != own { return .rootDirectory }
    return nil
  }

  /// When a process was started, in milliseconds on CLOCK_BOOTTIME, rounded down; nil where it is gone.
  static func startTime(pid: String) -> Int64? {
    guard let text = bytes("/proc/\(pid)/stat"), let end = text.lastIndex(of: 0x29) else {
      return nil
    }
    // Behind the name, which may hold anything, in brackets; the start is field 22 (proc(5)).
    let fields = text[(end + 1)...].split(separator: 0x20)
    guard fields.count > 19,
      let ticks = Int64(String(decoding: fields[19], as: UTF8.self)), ticks >= 0
    else { return nil }
    return ticks * 1_000 / Int64(max(1, sysconf(Int32(_SC_CLK_TCK))))
  }

  /// The device and folder that are mounted at `/`, of the last line that says so.
  static func root(inMountInfo text: [UInt8]) -> String? {
    var found: String?
    for line in text.split(separator: 0x0A) {
      let fields = line.split(separator: 0x20, maxSplits: 5)
      guard fields.count == 6, fields[4].elementsEqual([0x2F]) else { continue }
      found =
        String(decoding: fields[2], as: UTF8.self) + " "
        + String(decoding: fields[3], as: UTF8.self)
    }
    return found
  }

  /// A host with thousands of mounts has a list of some hundred KiB.
  private static let longestFile = 1 << 20

  /// A file of procfs; nil where there is none, or we may not read it.
  private static func bytes(_ path: String) -> [UInt8]? {
    guard let file = try? OpenFile(path) else { return nil }
    return try? file.bytes(path, limit: longestFile)
  }

  private static func link(_ path: String) -> String? {
    var name = [CChar](repeating: 0, count: 64)
    let count = unsafe readlink(path, &name, name.count)
    guard count > 0, count < name.count else { return nil }
    return String(decoding: name[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
