import Glibc

/// A stream socket that never waits: who besieges, and who measures, has other connections to look after.
enum UnixStream {
  /// How an attempt to connect went.
  enum Attempt {
    case connected(Int32)
    /// The kernel's queue of connections that the daemon has not accepted yet is full.
    case queueFull
    case failed(errno: Int32)
  }

  static func connect(to path: String) -> Attempt {
    let fd = socket(
      AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard fd >= 0 else { return .failed(errno: errno) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
      // The last byte stays NUL.
      unsafe room.copyBytes(from: path.utf8.prefix(room.count - 1))
    }
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      // Safety: sockaddr is the common beginning of all addresses, and connect(2) is told which one.
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(fd, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    if result == 0 { return .connected(fd) }
    let error = errno
    close(fd)
    return error == EAGAIN ? .queueFull : .failed(errno: error)
  }

  /// What a write or a read came to.
  enum Transfer {
    case moved(Int)
    case wouldBlock
    case ended
  }

  static func send(_ bytes: ArraySlice<UInt8>, to fd: Int32) -> Transfer {
    let count = unsafe bytes.withUnsafeBytes {
      unsafe Glibc.send(fd, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    return transfer(count)
  }

  static func receive(into buffer: inout [UInt8], from fd: Int32) -> Transfer {
    let count = unsafe buffer.withUnsafeMutableBytes {
      unsafe recv(fd, $0.baseAddress, $0.count, 0)
    }
    return count == 0 ? .ended : transfer(count)
  }

  private static func transfer(_ count: Int) -> Transfer {
    if count >= 0 { return .moved(count) }
    return errno == EAGAIN || errno == EINTR ? .wouldBlock : .ended
  }
}

/// CLOCK_MONOTONIC in nanoseconds, the same for all processes of a siege.
func nanoseconds() -> UInt64 {
  var time = timespec()
  unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// Sleeps until then.
func sleep(until then: UInt64) {
  let now = nanoseconds()
  if then > now { usleep(UInt32((then - now) / 1_000)) }
}
