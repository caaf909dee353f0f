import Glibc

/// Writing all there is: write(2) may take a part, or be cut short by a signal.
enum WholeWrite {
  /// Writes all bytes and returns 0 or errno.
  static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
    var rest = unsafe bytes
    while unsafe !rest.isEmpty {
      // Safety: the rest of what the caller lends for this call.
      let count = unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count >= 0 {
        unsafe rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } else if errno == EAGAIN {
        // A descriptor that somebody made non-blocking, as ssh and some runners do.
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        // Safety: the kernel reads and fills the one local struct during the call.
        _ = unsafe poll(&entry, 1, -1)
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }
}
