import CLinux
import Glibc

/// Whether the kernel keeps from the daemon what only the kernel can.
enum KernelCheckup {
  static func finding() -> Finding {
    let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { return judge(errno) }
    defer { close(socket) }
    return judge(envgate_refuse_descriptors(socket))
  }

  /// - Parameter error: what refusing descriptors from a socket's peer answered, or 0.
  static func judge(_ error: Int32) -> Finding {
    switch error {
    case 0: .ok("kernel", "no caller can send descriptors to the daemon")
    case ENOPROTOOPT:
      .warn(
        "kernel",
        "before Linux 6.16 a caller can slow the daemon down with descriptors that take long to close",
        "run Linux 6.16 or newer; until then let only trusted accounts connect")
    default:
      .notLookedAt(
        "kernel", "whether callers can send descriptors to the daemon", SystemText.of(error))
    }
  }
}
