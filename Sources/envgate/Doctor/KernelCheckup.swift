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
    case 0: .ok("kernel", "no caller can send the daemon descriptors")
    case ENOPROTOOPT:
      .warn(
        "kernel",
        "before Linux 6.16 a caller can send the daemon descriptors whose closing takes long, and so hold it up",
        "run Linux 6.16 or newer; until then let only accounts connect that you trust that far")
    default:
      .notLookedAt(
        "kernel", "whether callers can send the daemon descriptors", SystemText.of(error))
    }
  }
}
