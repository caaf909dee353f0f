import CPeer
import Glibc
import Testing

/// A control group where the service manager would have made one, gone with this.
final class UnitGroup {
  let path: String
  private let slice: String

  /// - Parameter name: the unit's, in a slice of its own.
  init(_ name: String) throws {
    slice = Self.base + "/envgate-test-\(getpid())-\(Self.next()).slice"
    path = slice + "/" + name
    try #require(mkdir(slice, 0o755) == 0 && mkdir(path, 0o755) == 0, "errno \(errno)")
  }

  deinit {
    // The kernel lets a group go a moment after its last process.
    for _ in 0..<200 where rmdir(path) != 0 && errno == EBUSY { usleep(5_000) }
    rmdir(slice)
  }

  /// The hierarchy that the manager would use.
  private static let base =
    access("/sys/fs/cgroup/systemd", F_OK) == 0 ? "/sys/fs/cgroup/systemd" : "/sys/fs/cgroup"
  static let canBeMade = geteuid() == 0 && access(base + "/cgroup.procs", W_OK) == 0

  private static let number = Monitor()
  nonisolated(unsafe) private static var last = 0
  private static func next() -> Int {
    number.change {
      last += 1
      return last
    }
  }
}

/// Somebody who asks for a credential as the service manager does, from a process of its own.
final class CredentialCaller {
  private let descriptor: Int32
  private var process: Int32 = 0

  init(
    _ path: String, _ name: String?, group: String? = nil, uid: UInt32 = 0,
    isContained: Bool = false
  ) throws {
    descriptor = envgate_test_connect_as_manager(
      path, name, group, uid, isContained ? 1 : 0, &process)
    try #require(descriptor >= 0, "errno \(-descriptor)")
    var patience = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    shutdown(descriptor, Int32(SHUT_WR))
  }

  /// All that comes until the end.
  func read() -> [UInt8] {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while case let count = recv(descriptor, &chunk, chunk.count, 0), count > 0 {
      all += chunk[..<count]
    }
    return all
  }

  deinit {
    close(descriptor)
    if process > 0 {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
  }
}
