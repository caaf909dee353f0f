import CLinux
import Glibc

/// Passes on to a child what somebody sends to us, stops and goes on with it, and waits for its end.
///
/// The signals are blocked from before the child starts, so that none is lost and none ends us first:
/// a grant must be closed with the child's outcome. A signal that the kernel itself sends (a key on the
/// terminal, a hangup) reaches the whole foreground group and thus the child without us; passing it on
/// would deliver it twice. So would passing on what somebody sends to the group: ``SignalLedger`` tells that
/// from what is sent to us alone. One that we have caused ourselves, by writing where nobody reads (SIGPIPE) or
/// past a limit (SIGXFSZ), names us as its sender, and is none of the child's. The hang-up of a terminal whose session
/// we lead reaches us alone, and is passed on.
///
/// A child that stops, by a key or by itself, stops us: the shell that started us sees a stopped job, and
/// its `fg` reaches both. Nothing else does, not even what is left over when the child has ended.
struct SignalRelay: ~Copyable {
  private var watched = sigset_t()
  private var previous = sigset_t()
  private var isBlocking = false
  /// Can be read while one of the signals waits.
  private var descriptor: Int32 = -1
  private let witness: SignalWitness?
  /// What came before there was a child.
  private var early: [Int32] = []
  private var start: Int64 = 0

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
  /// What the kernel sends to the foreground for a key or a hangup.
  private static let keys = [SIGINT, SIGQUIT, SIGHUP, SIGTSTP]

  /// - Parameter witness: tells what our whole group was sent; without one all is passed on.
  /// - Throws: ``CommandFault`` `system` where there is no descriptor to be had.
  init(witness: SignalWitness? = nil) throws {
    self.witness = witness
    // Safety: each call reads or fills a struct of ours.
    unsafe sigemptyset(&watched)
    for number in Self.passed + Array(Self.realTime) + [SIGCHLD] {
      unsafe sigaddset(&watched, number)
    }
    let error = unsafe envgate_signal_descriptor(&watched, &descriptor)
    if error != 0 {
      throw CommandFault(.system, "no descriptor for signals: \(SystemText.of(error))")
    }
    // An inherited "ignore" would make the kernel reap the child before its status is read (wait(2)).
    _ = signal(SIGCHLD, SIG_DFL)
    unsafe pthread_sigmask(SIG_BLOCK, &watched, &previous)
    isBlocking = true
  }

  deinit {
    if isBlocking {
      var stops = sigset_t()
      var now = timespec()
      var previous = previous
      // Safety: each call reads or fills a local struct.
      unsafe sigemptyset(&stops)
      for number in Self.stops { unsafe sigaddset(&stops, number) }
      while unsafe sigtimedwait(&stops, nil, &now) > 0 {}
      unsafe pthread_sigmask(SIG_SETMASK, &previous, nil)
    }
    if descriptor >= 0 { _ = close(descriptor) }
  }

  /// From here on no signal means anything to us: the command has ended, and what came at its end was meant for it.
  /// What is left to do ends by itself, or with the reader of the output.
  static func ignoreAll() {
    // What waits is dropped with it (signal(7)).
    for number in passed where number != SIGABRT { _ = signal(number, SIG_IGN) }
    for number in realTime { _ = signal(number, SIG_IGN) }
  }

  /// Lends the signal mask that we were started with, which a child gets: a `sigset_t`.
  func withInheritedMask<R>(_ body: (UnsafeRawPointer) throws -> R) rethrows -> R {
    // Safety: the copy is lent for the closure.
    var mask = previous
    return try unsafe withUnsafePointer(to: &mask) { try unsafe body(UnsafeRawPointer($0)) }
  }

  /// Takes what has come already, right before the child is made: whoever else had it, the child has not.
  mutating func takeEarly() {
    while let signal = next() {
      if isFromSomebody(signal) || Self.keys.contains(signal.number) { early.append(signal.number) }
    }
    start = SteadyClock.milliseconds
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
    var ledger = SignalLedger(hasWitness: witness != nil, since: start)
    // The child is not reaped yet in all that follows, so its number cannot belong to anybody else.
    for number in early { kill(child, number) }
    var looked = start
    var isFirstLook = true
    while true {
      if let end = try look(at: child) { return end }
      if !isFirstLook { whileRunning?() }
      isFirstLook = false
      hear(&ledger, child)
      let now = SteadyClock.milliseconds
      while let signal = next() {
        if signal.number == SIGWINCH { whenResized?() }
        if isHangUpOfLeader(signal) { kill(child, SIGHUP) }
        guard signal.number != SIGCHLD, isFromSomebody(signal) else { continue }
        if ledger.came(SignalLedger.Signal(signal), since: looked, now: now) {
          passWhereMissed(signal.number, child)
        }
      }
      looked = now
      let step = ledger.step(now: now)
      for signal in step.passed { kill(child, signal.number) }
      if step.asks { witness?.ask() }
      sleep(recheck, until: step.next, hearing: ledger.hasWitness)
    }
  }

  private func hear(_ ledger: inout SignalLedger, _ child: pid_t) {
    while ledger.hasWitness, let word = witness?.hear() {
      switch word {
      case .sighting(let signal, let time):
        if ledger.witnessed(signal, at: time) { passWhereMissed(signal.number, child) }
      case .answer: ledger.witnessAnswered()
      case .gone: ledger.witnessLeft()
      case .nothing: return
      }
    }
  }

  /// Passes on what has reached our whole group, but not a command that has left it and, without us, would not have.
  private func passWhereMissed(_ number: Int32, _ child: pid_t) {
    let (group, session) = (getpgid(child), getsid(child))
    guard group > 0, session > 0 else { return }
    if SignalLedger.isMissed(
      inOurGroup: group == getpgrp(), inOurSession: session == getsid(0),
      weLead: getpgrp() == getpid())
    {
      kill(child, number)
    }
  }

  /// Sleeps until there is something to do, at most so long.
  private func sleep(_ recheck: timespec, until next: Int64?, hearing: Bool) {
    var pause = Int64(recheck.tv_sec) * 1_000 + Int64(recheck.tv_nsec) / 1_000_000
    if let next { pause = min(pause, next - SteadyClock.milliseconds) }
    let channel = hearing ? witness?.channel ?? -1 : -1
    var entries = [descriptor, channel].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    // Safety: the kernel reads and fills the local array during the call.
    _ = unsafe poll(&entries, 2, Int32(clamping: max(0, pause)))
  }

  /// The next signal that waits.
  private func next() -> envgate_signal? {
    var signal = envgate_signal()
    // Safety: the callee fills the local struct.
    return unsafe envgate_take_signal(descriptor, &signal) == 0 ? signal : nil
  }

  /// Whether the terminal has hung up: of all processes the kernel tells that the leader of the session alone, which
  /// the command would be without us.
  private func isHangUpOfLeader(_ signal: envgate_signal) -> Bool {
    signal.number == SIGHUP && signal.code > 0 && getsid(0) == getpid()
  }

  private func isFromSomebody(_ signal: envgate_signal) -> Bool {
    let isOurDoing = [SIGPIPE, SIGXFSZ].contains(signal.number) && signal.pid == getpid()
    return signal.code <= 0 && !isOurDoing
  }

  /// How the child ended; nil while it runs. Where it has stopped, we stop too, until somebody lets us go on:
  /// that signal waits then, and is passed on as others are.
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
      // By SIGSTOP, which nothing blocks.
      raise(SIGSTOP)
    }
  }
}
