import Glibc

/// Calls from a namespace with thousands of mounts, which any user can make, so that the list of them is long
/// to read for whoever looks at the caller.
struct Mounts: Attack {
  static let name = "mounts"
  static let tried =
    "a mount namespace of 7,000 mounts; 100 connections, each environment.list, then connected again"

  static let headStart = 6.0
  private static let mounts = 7_000

  let connections = 100
  let mostConnects = 20_000
  private let list = call("environment.list")

  // <linux/sched.h>, <linux/mount.h>.
  private static let userAndMountNamespace: Int32 = 0x1000_0000 | 0x0002_0000
  private static let bind = 4096

  /// unshare(2), which Glibc shows to nobody who does not define _GNU_SOURCE.
  private static func leave(_ namespaces: Int32) -> Int32 {
    guard let symbol = unsafe dlsym(nil, "unshare") else { return -1 }
    // Safety: the C library's function has this type.
    let unshare = unsafe unsafeBitCast(symbol, to: (@convention(c) (Int32) -> Int32).self)
    return unshare(namespaces)
  }

  static func prepare() {
    guard leave(userAndMountNamespace) == 0 else { return }
    var folder = Array("/tmp/envgate-siege-mounts.XXXXXX".utf8CString)
    guard unsafe mkdtemp(&folder) != nil else { return }
    for _ in 0..<mounts {
      guard unsafe mount(folder, folder, nil, UInt(bind), nil) == 0 else { break }
    }
  }

  mutating func opened(_ lane: inout Lane) { lane.send(list) }

  mutating func answered(_ answer: Answer, on lane: inout Lane) { lane.isDropped = true }
}
