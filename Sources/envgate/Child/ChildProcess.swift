import CLinux
import Glibc

/// A command that runs beside us, with our descriptors 0, 1 and 2, those that it is given, and nothing else
/// of ours.
///
/// While it runs, what somebody sends to us reaches it once (``SignalRelay``). Where we are killed, the
/// kernel sends it SIGTERM: a courtesy, which what it has started does not get.
struct ChildProcess: ~Copyable {
  private let pid: pid_t
  private let relay: SignalRelay

  /// How a child ended.
  enum End: Hashable {
    case exited(Int32)
    case killed(signal: Int32)

    /// The code to exit with: the child's own, or 128 and the signal's number.
    var code: Int32 {
      switch self {
      case .exited(let code): code
      case .killed(let signal): 128 + signal
      }
    }

    /// What wait(2) says.
    init(status: Int32) {
      self = status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: status & 0x7F)
    }
  }

  /// Starts a command, looked up in our PATH.
  ///
  /// The arguments are C strings with their NUL: bytes that need not be UTF-8, and must not change.
  /// Our connection stays behind (close-on-exec). The child starts with the signal mask and the
  /// dispositions that we were started with.
  /// - Parameters:
  ///   - kept: descriptors that stay open in the child, under the same numbers, and in all that it leaves
  ///     behind, as a lifeline must. They stay ours to close.
  ///   - output: its stdout, which stays ours to close; our own where nil.
  ///   - errors: its stderr, likewise.
  ///   - witness: tells what our whole group is sent, which the child then has without us.
  /// - Throws: ``CommandFault`` `command.not_found` or `command.not_invoked`, as env(1) tells them apart.
  init(
    _ command: [[CChar]], _ environment: ChildEnvironment, kept: [Int32] = [],
    output: Int32? = nil, errors: Int32? = nil, witness: SignalWitness? = nil
  ) throws {
    var relay = try SignalRelay(witness: witness)
    var pid: pid_t = 0
    let call = try CommandCall(command)
    relay.takeEarly()
    // Safety: every pointer outlives the call, which returns after the child has left our memory.
    let failure = try unsafe environment.withPointers { variables in
      unsafe relay.withInheritedMask { mask in
        unsafe kept.withUnsafeBufferPointer { kept in
          var child = unsafe envgate_child(
            signal_mask: mask, default_pipe: ProcessContext.inheritedIgnoredPipe ? 0 : 1,
            death_signal: SIGTERM, kept: kept.baseAddress, kept_count: kept.count,
            input: -1, output: output ?? -1, errors: errors ?? -1, ignore_ends: 0)
          return unsafe envgate_start_child(call.pointers, variables, &child, &pid)
        }
      }
    }
    if let fault = call.fault(failure) { throw fault }
    self.pid = pid
    self.relay = relay
  }

  /// Waits for its end, passing signals on
  /// (``SignalRelay/wait(for:recheck:whileRunning:whenResized:)``).
  /// - Parameters:
  ///   - whileRunning: called at each recheck while the child runs, so at least once a second.
  ///   - whenResized: called when the terminal has another size.
  func wait(
    recheck: timespec = timespec(tv_sec: 1, tv_nsec: 0), whileRunning: (() -> Void)? = nil,
    whenResized: (() -> Void)? = nil
  ) throws -> End {
    try relay.wait(
      for: pid, recheck: recheck, whileRunning: whileRunning, whenResized: whenResized)
  }
}
