import CLinux
import Glibc
import VaultProtocol

/// Becoming a command: the same process id, and nothing of us left but what the command is given.
enum Replacement {
  /// Replaces this process, with the signal mask and the dispositions that it was started with.
  ///
  /// - Parameter kept: descriptors that stay open in the command; all others of ours are close-on-exec.
  /// - Throws: ``CommandFault`` `command.not_found` or `command.not_invoked`; then nothing was replaced.
  static func become(
    _ command: [[CChar]], _ environment: ChildEnvironment, kept: [Int32]
  ) throws -> Never {
    let call = try CommandCall(command)
    var mask = sigset_t()
    // Safety: the call fills a local struct.
    unsafe pthread_sigmask(SIG_BLOCK, nil, &mask)
    // Safety: every pointer outlives the call, which returns only where it failed.
    let failure = try unsafe environment.withPointers { variables in
      unsafe kept.withUnsafeBufferPointer { kept in
        unsafe withUnsafePointer(to: &mask) { mask in
          var child = unsafe envgate_child(
            signal_mask: UnsafeRawPointer(mask),
            default_pipe: ProcessContext.inheritedIgnoredPipe ? 0 : 1, death_signal: 0,
            kept: kept.baseAddress, kept_count: kept.count, input: -1, output: -1, errors: -1,
            ignore_ends: 0)
          return unsafe envgate_become(call.pointers, variables, &child)
        }
      }
    }
    _ = signal(SIGPIPE, SIG_IGN)
    throw call.fault(failure) ?? CommandFault(.internalFault, "the command did not start")
  }
}
