import Glibc
import VaultCore

/// The service manager that started this process, and what it wants to hear (sd_notify(3)).
///
/// Every notice is advice: a process without a manager tells nobody, and one whose manager does not
/// listen serves all the same.
struct ServiceManager: Sendable {
  /// What the manager is told. Several go in one datagram, as they belong together.
  enum Notice {
    /// The daemon serves, for the first time or again after a reload.
    case ready
    case stopping
    /// A reload begins at this moment of CLOCK_MONOTONIC, in microseconds; `ready` ends it.
    case reloading(at: Int64)
    /// What a person reads in `systemctl status`.
    case status(String)
    /// The daemon still serves.
    case alive
  }

  /// How often the manager wants to hear that the daemon is alive, in microseconds; nil: it does not
  /// watch.
  let watchdog: Int64?
  /// As sun_path holds it: an abstract name begins with a NUL (unix(7)). Nil: nobody wants to hear.
  private let address: [UInt8]?

  /// - Parameters:
  ///   - variable: looks up what the manager has put into the environment of this process.
  ///   - pid: this process.
  init(_ variable: (String) -> String?, pid: Int32 = getpid()) {
    address = variable("NOTIFY_SOCKET").flatMap { Self.address($0) }
    let interval = variable("WATCHDOG_USEC").flatMap { Int64($0) }
    // Without WATCHDOG_PID every process of the service is meant (sd_watchdog_enabled(3)).
    let isMeant = variable("WATCHDOG_PID").map { Int32($0) == pid } ?? true
    watchdog = isMeant ? interval.flatMap { $0 > 0 ? $0 : nil } : nil
  }

  /// Tells the manager, without waiting for it.
  /// - Returns: why it could not be told, where there is one.
  @discardableResult
  func tell(_ notices: Notice...) -> SystemFault? {
    guard let address else { return nil }
    let text = Array(notices.map { $0.text }.joined(separator: "\n").utf8)
    let made = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard made >= 0 else { return SystemFault("tell the service manager") }
    defer { close(made) }
    var target = sockaddr_un()
    target.sun_family = sa_family_t(AF_UNIX)
    // Safety: the address is ours, and its size was looked at when it was read.
    unsafe withUnsafeMutableBytes(of: &target.sun_path) { unsafe $0.copyBytes(from: address) }
    let size = socklen_t(MemoryLayout<sa_family_t>.size + address.count)
    let sent = unsafe withUnsafePointer(to: &target) { target in
      unsafe target.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
        unsafe sendto(
          made, text, text.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT), target, size)
      }
    }
    return sent == text.count ? nil : SystemFault("tell the service manager")
  }

  /// CLOCK_MONOTONIC in microseconds, the clock of a reload.
  static func monotonicTime() -> Int64 {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000
  }

  /// `/path`, or `@name` for an abstract one; other families are none of ours.
  private static func address(_ text: String) -> [UInt8]? {
    var bytes = Array(text.utf8)
    guard bytes.count > 1, bytes.count <= FilePath.longestSocket else { return nil }
    switch bytes[0] {
    case UInt8(ascii: "/"): return bytes
    case UInt8(ascii: "@"):
      bytes[0] = 0
      return bytes
    default: return nil
    }
  }
}

extension ServiceManager.Notice {
  fileprivate var text: String {
    switch self {
    case .ready: "READY=1"
    case .stopping: "STOPPING=1"
    case .reloading(let moment): "RELOADING=1\nMONOTONIC_USEC=\(moment)"
    // A line break would begin another notice.
    case .status(let text):
      "STATUS=" + String(String.UnicodeScalarView(text.unicodeScalars.filter(ForeignText.allows)))
    case .alive: "WATCHDOG=1"
    }
  }
}
