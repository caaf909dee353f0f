import Glibc
import Testing

@testable import VaultServer

/// A service manager's end of the notices: each datagram as its lines.
final class NoticeSocket: Sendable {
  /// As `$NOTIFY_SOCKET` has it.
  let address: String
  private let descriptor: Int32

  /// - Parameter address: a path, or `@name` for an abstract one.
  init(_ address: String) throws {
    self.address = address
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var target = sockaddr_un()
    target.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(address.utf8)
    if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
    withUnsafeMutableBytes(of: &target.sun_path) { $0.copyBytes(from: bytes) }
    let bound = withUnsafePointer(to: &target) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sa_family_t>.size + bytes.count))
      }
    }
    try #require(bound == 0)
  }

  deinit { close(descriptor) }

  /// The next datagram; nil where none comes in time.
  func next(within milliseconds: Int32 = 20_000) -> [String]? {
    datagram(within: milliseconds).map {
      String(decoding: $0, as: UTF8.self).split(separator: "\n").map(String.init)
    }
  }

  /// The next datagram as it is; empty where none comes in time.
  func bytes() -> [UInt8] { datagram(within: 20_000) ?? [] }

  private func datagram(within milliseconds: Int32) -> [UInt8]? {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, milliseconds) == 1 else { return nil }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    return count < 0 ? nil : Array(bytes[..<count])
  }

  /// The manager that listens here.
  func manager(watchdog microseconds: Int? = nil) -> ServiceManager {
    ServiceManager { name in
      switch name {
      case "NOTIFY_SOCKET": self.address
      case "WATCHDOG_USEC": microseconds.map { "\($0)" }
      default: nil
      }
    }
  }
}
