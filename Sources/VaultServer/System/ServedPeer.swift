import CLinux
import Glibc

/// A connection that one thread serves by itself, which a pipe can wake to its end; closed when it is gone.
///
/// Invariant: nothing here waits past its time, nor past the end of the thread.
struct ServedPeer: ~Copyable {
  /// How long is waited where there are no descriptors for another connection, in milliseconds.
  private static let pause: Int32 = 100

  let descriptor: Int32
  private let waking: WakingPipe

  /// The next connection at a listening socket; nil where there is none now.
  init?(acceptedAt listening: Int32, waking: WakingPipe) {
    var peer: Int32 = -1
    switch unsafe envgate_accept_unix(listening, &peer) {
    case 0: break
    // Another thread has taken it, or the peer is gone.
    case EAGAIN, EINTR, ECONNABORTED: return nil
    // There is nothing to accept with; the others wait in the kernel.
    default:
      _ = poll(nil, 0, Self.pause)
      return nil
    }
    descriptor = peer
    self.waking = waking
  }

  deinit { close(descriptor) }

  /// Whether the peer took all of these bytes in time.
  /// - Parameter end: in milliseconds since boot.
  func send(_ bytes: UnsafeRawBufferPointer, until end: Int64) -> Bool {
    var sent = 0
    while sent < bytes.count {
      // Safety: within the bytes, which are lent for this call.
      let count = unsafe Glibc.send(
        descriptor, bytes.baseAddress?.advanced(by: sent), bytes.count - sent,
        Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
      if count > 0 {
        sent += count
      } else if !(count < 0 && (errno == EINTR || errno == EAGAIN && wait(POLLOUT, until: end))) {
        return false
      }
    }
    return true
  }

  /// Whether something can be done with the connection before its time is over.
  func wait(_ events: Int32, until end: Int64) -> Bool {
    let left = end - BootTime.now()
    return left > 0 && waking.wait(for: descriptor, events, milliseconds: left) == .ready
  }
}

extension WakingPipe {
  /// Why a wait is over.
  enum Wake { case ready, late, woken }

  /// Waits until a descriptor is ready, or the thread is woken, which counts first.
  /// - Parameter milliseconds: nil where it may take any time.
  func wait(for other: Int32, _ events: Int32, milliseconds: Int64?) -> Wake {
    var polled = [
      pollfd(fd: other, events: Int16(events), revents: 0),
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
    ]
    let timeout = milliseconds.map { Int32(clamping: max(0, $0)) } ?? -1
    _ = unsafe poll(&polled, nfds_t(polled.count), timeout)
    if polled[1].revents != 0 { return .woken }
    return polled[0].revents != 0 ? .ready : .late
  }
}
