import Glibc

/// Wakes a thread that waits in poll(2), from any other.
///
/// Invariant: both ends are close-on-exec and non-blocking, so a pipe that is full wakes as well, and whoever wakes
/// never waits.
final class WakingPipe: Sendable {
  /// What the thread polls for.
  let descriptor: Int32
  private let writing: Int32

  /// - Parameter use: what the pipe is for, as the fault says it.
  init(_ use: String) throws(SystemFault) {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0,
      ends.allSatisfy({
        fcntl($0, F_SETFD, FD_CLOEXEC) == 0 && fcntl($0, F_SETFL, O_NONBLOCK) == 0
      })
    else {
      throw SystemFault("make a pipe", use)
    }
    descriptor = ends[0]
    writing = ends[1]
  }

  deinit {
    close(descriptor)
    close(writing)
  }

  func wake() {
    var byte: UInt8 = 0
    _ = unsafe write(writing, &byte, 1)
  }

  /// Takes out what woke the thread, before it looks at what there is to do.
  func drain() {
    var bytes = [UInt8](repeating: 0, count: 512)
    while unsafe read(descriptor, &bytes, bytes.count) > 0 {}
  }
}
