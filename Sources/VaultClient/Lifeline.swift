import Glibc

/// A connection on which nobody speaks, for a child to inherit: it ends when its last holder is gone,
/// and so tells the daemon of the end of a job and of all that the job left behind.
///
/// Open while this object lives, which is a holder too. Close-on-exec here, so that no child has it but
/// the one that it is meant for.
public final class Lifeline: Sendable {
  /// The descriptor. Valid while the object lives, so keep that (`withExtendedLifetime`) until the child
  /// has started.
  public let descriptor: Int32

  /// Above the numbers that a script names in its redirections, and those that shells take for
  /// themselves: `exec 3>log` in a job would end the lifeline.
  private static let lowest: Int32 = 100

  /// - Throws: ``ClientFault/system(call:error:)`` where there is no descriptor to be had.
  init(duplicating socket: Int32) throws(ClientFault) {
    var copy = fcntl(socket, F_DUPFD_CLOEXEC, Self.lowest)
    // A limit below that number (RLIMIT_NOFILE): any is better than none.
    if copy < 0, errno == EINVAL || errno == EMFILE {
      copy = fcntl(socket, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
    }
    guard copy >= 0 else { throw .system(call: "fcntl", error: errno) }
    descriptor = copy
  }

  deinit { _ = close(descriptor) }
}
