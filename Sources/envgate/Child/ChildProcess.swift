import Glibc

/// A command that runs beside us, with our descriptors 0, 1 and 2 and nothing else of ours.
///
/// While it runs, what somebody sends to us is passed on to it (``SignalRelay``).
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
  /// - Throws: ``CommandFault`` `command.not_found` or `command.not_invoked`, as env(1) tells them apart.
  init(_ command: [[CChar]], _ environment: ChildEnvironment) throws {
    let relay = SignalRelay()
    var attributes = posix_spawnattr_t()
    // Safety: the attributes are a local struct, destroyed below; libc copies what it is given.
    guard unsafe posix_spawnattr_init(&attributes) == 0 else {
      throw CommandFault("system", "posix_spawnattr_init failed")
    }
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    relay.restore(in: &attributes)

    // Safety: strdup's copies are freed below, after the kernel has taken its own.
    var arguments = unsafe command.map { unsafe strdup($0) }
    guard let program = unsafe arguments.first ?? nil else {
      throw CommandFault("command.not_found", "there is no command")
    }
    unsafe arguments.append(nil)
    defer { unsafe arguments.forEach { unsafe free($0) } }

    var pid: pid_t = 0
    // Safety: every pointer outlives the call, which returns after the child has left our memory.
    let failure = try unsafe environment.withPointers { variables in
      unsafe posix_spawnp(&pid, program, nil, &attributes, arguments, variables)
    }
    let shown = unsafe PlainText.command([String(cString: program)])
    switch failure {
    case 0:
      self.pid = pid
      self.relay = relay
    case ENOENT:
      throw CommandFault("command.not_found", "\(shown): not found")
    default:
      throw CommandFault(
        "command.not_invoked", "\(shown): \(SystemText.of(failure))")
    }
  }

  /// Waits for its end.
  func wait(recheck: timespec = timespec(tv_sec: 1, tv_nsec: 0)) throws -> End {
    try relay.wait(for: pid, recheck: recheck)
  }
}
