import Glibc

/// Passes on to a child what somebody sends to us, stops and goes on with it, and waits for its end.
///
/// The signals are blocked from before the child starts, so that none is lost and none ends us first:
/// a grant must be closed with the child's outcome. A signal that the kernel itself sends (a key on the
/// terminal, a hangup) reaches the whole foreground group and thus the child without us; passing it on
/// would deliver it twice. One that we have caused ourselves, by writing where nobody reads (SIGPIPE) or
/// past a limit (SIGXFSZ), names us as its sender, and is none of the child's.
///
/// A child that stops, by a key or by itself, stops us: the shell that started us sees a stopped job, and
/// its `fg` reaches both. Nothing else does, not even what is left over when the child has ended.
struct SignalRelay: ~Copyable {
  private var watched = sigset_t()
  private var previous = sigset_t()

  /// Signals whose purpose is the child: all that a process can be sent but those that tell of a fault of
  /// its own (signal(7)). SIGABRT still ends a program that aborts: abort(3) lets it through. Real-time
  /// signals follow, up to 64.
  private static let passed =
    [
      SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH, SIGPWR, SIGIO, SIGURG,
      SIGCONT, SIGVTALRM, SIGPROF, SIGPIPE, SIGABRT, SIGXCPU, SIGXFSZ, SIGSYS, SIGSTKFLT,
    ] + stops
  /// The numbers below it glibc keeps for itself.
  private static let realTime: ClosedRange<Int32> = 34...64
  private static let stops = [SIGTSTP, SIGTTIN, SIGTTOU]

  init() {
    // Safety: each call reads or fills a struct of ours.
    unsafe sigemptyset(&watched)
    for number in Self.passed + Array(Self.realTime) + [SIGCHLD] {
      unsafe sigaddset(&watched, number)
    }
    // An inherited "ignore" would make the kernel reap the child before its status is read (wait(2)).
    _ = signal(SIGCHLD, SIG_DFL)
    unsafe pthread_sigmask(SIG_BLOCK, &watched, &previous)
  }

  deinit {
    var stops = sigset_t()
    var now = timespec()
    var previous = previous
    // Safety: each call reads or fills a local struct.
    unsafe sigemptyset(&stops)
    for number in Self.stops { unsafe sigaddset(&stops, number) }
    while unsafe sigtimedwait(&stops, nil, &now) > 0 {}
    unsafe pthread_sigmask(SIG_SETMASK, &previous, nil)
  }

  /// Lends the signal mask that we were started with, which a child gets: a `sigset_t`.
  func withInheritedMask<R>(_ body: (UnsafeRawPointer) throws -> R) rethrows -> R {
    // Safety: the copy is lent for the closure.
    var mask = previous
    return try unsafe withUnsafePointer(to: &mask) { try unsafe body(UnsafeRawPointer($0)) }
  }

  /// Waits for the child's end, passing signals on until then.
  ///
  /// - Parameters:
  ///   - recheck: how often the child is looked at without a signal: should there ever be a second
  ///     thread, it could swallow the one that tells of the end (signal(7)).
  ///   - whileRunning: called whenever the child was looked at again and still runs, so that the caller
  ///     can look after its connection. No signal is passed on before it returns, so it must not wait.
  ///   - whenResized: called when the terminal has another size (SIGWINCH).
  /// - Throws: ``CommandFault`` where the kernel does not know the child.
  func wait(
    for child: pid_t, recheck: timespec, whileRunning: (() -> Void)? = nil,
    whenResized: (() -> Void)? = nil
  ) throws -> ChildProcess.End {
    var watched = watched
    var recheck = recheck
    var isFirstLook = true
    while true {
      if let end = try look(at: child) { return end }
      if !isFirstLook { whileRunning?() }
      isFirstLook = false
      var info = unsafe siginfo_t()
      // Safety: the kernel reads and fills local structs during the call.
      let number = unsafe sigtimedwait(&watched, &info, &recheck)
      if number == SIGWINCH { whenResized?() }
      // The child is not reaped yet, so its number cannot belong to anybody else.
      if number > 0, number != SIGCHLD, unsafe isFromSomebody(number, info) { kill(child, number) }
    }
  }

  private func isFromSomebody(_ number: Int32, _ info: siginfo_t) -> Bool {
    // Safety: what a process sends has the members that name it (sigaction(2)).
    let isOurDoing =
      unsafe [SIGPIPE, SIGXFSZ].contains(number)
      && info._sifields._kill.si_pid == getpid()
    return unsafe info.si_code <= 0 && !isOurDoing
  }

  /// How the child ended; nil while it runs. Where it has stopped, we stop too, until both go on.
  private func look(at child: pid_t) throws -> ChildProcess.End? {
    while true {
      var status: Int32 = 0
      // Safety: the kernel fills the local integer during the call.
      let found = unsafe waitpid(child, &status, WNOHANG | WUNTRACED)
      if found == 0 { return nil }
      if found < 0 {
        if errno == EINTR { continue }
        throw CommandFault(.system, "waitpid failed: \(SystemText.of(errno))")
      }
      guard status & 0xFF == 0x7F else { return ChildProcess.End(status: status) }
      // By SIGSTOP, which nothing blocks. Whoever lets only us go on means the child.
      raise(SIGSTOP)
      kill(child, SIGCONT)
    }
  }
}
