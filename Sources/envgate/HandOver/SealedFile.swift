import CLinux
import Glibc
import SecretMemory

/// A value as a file without a name, in memory, that nobody can change (memfd_create(2)).
///
/// A command inherits it and reads it by its path as often as it likes, each time from the start. It
/// goes when the last who holds it has ended. Pages of such a file may be swapped, as a command's own
/// memory may.
final class SealedFile: Sendable {
  /// Close-on-exec here; above the numbers that scripts use.
  let descriptor: Int32

  /// The path by which whoever holds the descriptor opens the file anew.
  var path: String { "\(Self.place)/\(descriptor)" }

  private static let place = "/proc/self/fd"

  /// Refuses a root where no command could open such a file by its path.
  /// - Throws: ``CommandFault`` `file.place`.
  static func requirePlace() throws {
    // Safety: the path is lent for the call.
    if unsafe access(place, X_OK) == 0 { return }
    throw CommandFault(
      .filePlace,
      "there is no \(place), which the command needs to open its files; mount /proc, or use --as file"
    )
  }

  /// - Throws: ``CommandFault`` `system`.
  init(_ name: String, _ value: SecretBuffer) throws {
    var made: Int32 = -1
    // Safety: name and value are lent for the call, which fills the local integer.
    let error = unsafe value.withUnsafeBytes { bytes in
      unsafe envgate_sealed_memory(name, bytes.baseAddress, bytes.count, &made)
    }
    guard error == 0 else {
      throw CommandFault(.system, "no file in memory for \(name): \(SystemText.of(error))")
    }
    var moved = fcntl(made, F_DUPFD_CLOEXEC, Self.lowest)
    // A limit below that number (RLIMIT_NOFILE): any is better than none.
    if moved < 0 { moved = fcntl(made, F_DUPFD_CLOEXEC, STDERR_FILENO + 1) }
    _ = close(made)
    guard moved >= 0 else {
      throw CommandFault(.system, "no descriptor for \(name): \(SystemText.of(errno))")
    }
    descriptor = moved
  }

  deinit { _ = close(descriptor) }

  private static let lowest: Int32 = 100
}
