import Glibc
import VaultCore

/// What tells a process of a container from one of the host, for whoever may not trace it.
///
/// `/proc/PID/ns` is closed to an unprivileged daemon; `status`, `uid_map`, `gid_map` and `mountinfo` are
/// open to all (proc(5)), unless procfs hides other users' processes. What is short is compared first, since
/// what differs there is decided, however many mounts the process has.
struct HostProcess: Sendable {
  /// This process; nil where it cannot look at itself, so that nobody is like it.
  static let own = HostProcess()

  /// Whether procfs shows us ourselves and the processes of others, without which everybody is taken for a
  /// container's.
  static var showsOthers: Bool { own != nil && namespaces(of: "1") != nil }

  /// In how many pid namespaces it is, from that of this procfs inwards: 1 for the host's own.
  private let processNamespaces: Int
  /// How its user namespace maps uids and gids.
  private let maps: [[UInt8]]
  /// Its user namespace, where we may look at it.
  private let userNamespace: String?
  private let root: MountedRoot
  /// The bytes of another's list of mounts that are looked through.
  private let longestMounts: Int

  /// - Parameters:
  ///   - mayTrace: whether this process may look at the namespaces of others; without privilege it may not.
  ///   - longestMounts: the bytes of another's list of mounts that are looked through; nil for what our own takes.
  init?(mayTrace: Bool = true, longestMounts: Int? = nil) {
    guard let namespaces = Self.namespaces(of: "self"), let maps = Self.maps(of: "self"),
      // However long it is: it is ours, and without it nobody could be told from a container.
      let mounts = try? MountedRoot.find("/proc/self/mountinfo", limit: .max),
      let root = mounts.root
    else { return nil }
    processNamespaces = namespaces
    self.maps = maps
    userNamespace = mayTrace ? Self.link("/proc/self/ns/user") : nil
    self.root = root
    self.longestMounts = longestMounts ?? max(Self.longestFile, 2 * mounts.length)
  }

  /// Why another process is not one of the host that this one is of.
  ///
  /// - Parameter isOver: whether whoever asks has given up.
  func confinement(of pid: String, isOver: () -> Bool = { false }) -> Confinement? {
    guard let maps = Self.maps(of: pid) else { return .processGone }
    if maps != self.maps { return .userNamespace }
    if let own = userNamespace, let other = Self.link("/proc/\(pid)/ns/user"), own != other {
      return .userNamespace
    }
    guard let namespaces = Self.namespaces(of: pid) else { return .processGone }
    if namespaces != processNamespaces { return .processNamespace }
    do throws(SystemFault) {
      let mounts = try MountedRoot.find(
        "/proc/\(pid)/mountinfo", limit: longestMounts, known: root, isOver: isOver)
      return mounts.root?.place == root.place ? nil : .rootDirectory
    } catch {
      switch error.code {
      case EFBIG: return .mountList
      case ETIME: return .unanswered
      default: return .processGone
      }
    }
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

  /// For which account a process acts now (its effective uid); nil where it is gone.
  static func account(of pid: String) -> UInt32? {
    guard let uids = field("Uid:", of: pid), uids.count > 1 else { return nil }
    return UInt32(String(decoding: uids[1], as: UTF8.self))
  }

  /// The control groups of a process (cgroups(7)); nil where it is gone.
  static func controlGroups(of pid: String) -> [UInt8]? { bytes("/proc/\(pid)/cgroup") }

  private static func namespaces(of pid: String) -> Int? { field("NSpid:", of: pid)?.count }

  /// The values of a line of `status`; nil where there is none.
  private static func field(_ name: String, of pid: String) -> [ArraySlice<UInt8>]? {
    // A process may have 65,536 groups, and they stand in front of some lines.
    guard let status = bytes("/proc/\(pid)/status"),
      let line = status.split(separator: 0x0A).first(where: { $0.starts(with: Array(name.utf8)) })
    else { return nil }
    return line.dropFirst(name.utf8.count).split { $0 == 0x09 || $0 == 0x20 }
  }

  private static func maps(of pid: String) -> [[UInt8]]? {
    guard let uids = bytes("/proc/\(pid)/uid_map"), let gids = bytes("/proc/\(pid)/gid_map") else {
      return nil
    }
    return [uids, gids]
  }

  private static let longestFile = 1 << 20

  /// A file of procfs; nil where there is none, it is too long, or we may not read it.
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
