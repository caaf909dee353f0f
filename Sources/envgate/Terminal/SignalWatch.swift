import CLinux
import Glibc

/// Takes signals as something to be read, so that a wait ends in order and a terminal is left whole.
///
/// Invariants: signals that we were started with blocked or ignored stay so, as env(1) leaves them; from
/// ``end()`` on, or with this object, the mask is again the one that we were started with. A signal that
/// was not taken by then acts as ever. One thread alone makes, reads and ends this; threads that it starts
/// meanwhile have the signals blocked.
final class SignalWatch {
  /// Can be read while a signal waits to be taken; -1 where nothing is watched.
  private(set) var descriptor: Int32 = -1
  private var previous = sigset_t()
  private var isWatching = false

  /// Begins to watch.
  init(_ signals: [Int32]) {
    var inherited = sigset_t()
    var watched = sigset_t()
    // Safety: each call reads or fills a local struct.
    unsafe pthread_sigmask(SIG_BLOCK, nil, &inherited)
    unsafe sigemptyset(&watched)
    for number in signals {
      let isBlocked = unsafe sigismember(&inherited, number) == 1
      if !isBlocked, envgate_is_ignored(number) == 0 { unsafe sigaddset(&watched, number) }
    }
    previous = inherited
    unsafe pthread_sigmask(SIG_BLOCK, &watched, nil)
    isWatching = true
    // Without a descriptor to be had the signals act as ever.
    if unsafe envgate_signal_descriptor(&watched, &descriptor) != 0 { end() }
  }

  deinit {
    end()
    if descriptor >= 0 { _ = close(descriptor) }
  }

  /// Takes a signal that waits; nil where there is none.
  func take() -> Int32? {
    guard isWatching, descriptor >= 0 else { return nil }
    var signal = envgate_signal()
    // Safety: the callee fills the local struct.
    return unsafe envgate_take_signal(descriptor, &signal) == 0 ? signal.number : nil
  }

  /// Lets signals act as they did before.
  func end() {
    guard isWatching else { return }
    isWatching = false
    var previous = previous
    // Safety: the call reads a local struct.
    unsafe pthread_sigmask(SIG_SETMASK, &previous, nil)
  }

  /// Ends the process by a signal, so that its parent sees what it would have seen without us.
  static func end(by number: Int32) -> Never {
    var set = sigset_t()
    // Safety: each call reads or fills a local struct.
    unsafe sigemptyset(&set)
    unsafe sigaddset(&set, number)
    _ = signal(number, SIG_DFL)
    unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
    raise(number)
    // Only a signal that does not end a process comes here.
    exit(128 + number)
  }
}
