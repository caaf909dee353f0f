import Glibc

/// The signals of the daemon, taken by one thread with sigwait(3), where code may do what it likes;
/// a signal handler may do next to nothing.
enum Signals {
  /// What somebody wants of the daemon.
  enum Wish: Hashable {
    /// SIGTERM or SIGINT.
    case stop(Int32)
    /// SIGHUP: read the configuration again.
    case reload
  }

  static let taken = [SIGTERM, SIGINT, SIGHUP]

  /// Keeps the signals from this thread and from each that it starts, and ignores SIGPIPE: a peer
  /// that is gone is an error of that write.
  ///
  /// Called before another thread starts; a thread without this mask would be killed by the signal.
  static func block() throws(SystemFault) {
    var set = makeSet()
    // What breaks off a look-up is for the threads that look up (AccountInquiry), and for no other's calls.
    unsafe sigaddset(&set, SIGURG)
    let code = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    guard code == 0 else { throw SystemFault("block signals", code: code) }
    signal(SIGPIPE, SIG_IGN)
  }

  /// Waits for the next one.
  static func next() -> Wish {
    var set = makeSet()
    while true {
      var received: Int32 = 0
      guard unsafe sigwait(&set, &received) == 0 else { continue }
      return received == SIGHUP ? .reload : .stop(received)
    }
  }

  private static func makeSet() -> sigset_t {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for signal in taken { unsafe sigaddset(&set, signal) }
    return set
  }
}
