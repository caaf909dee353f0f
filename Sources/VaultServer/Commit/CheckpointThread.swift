import Glibc
import Logging
import VaultEngine

/// Keeps the write-ahead log short beside the commit: a checkpoint inside a commit is what makes the
/// slowest percent of commits slow.
enum CheckpointThread {
  /// How often the log's length is looked at.
  private static let interval = 50

  static func start(
    _ place: VaultPlace, until ended: Latch, logger: Logger
  ) throws(ThreadFault) {
    try PlainThread.start {
      guard let keeper = try? place.logKeeper() else {
        logger.warning("no checkpointer; commits copy the log themselves")
        return
      }
      let log = place.logPath
      var copied: Int64 = 0
      while !ended.wait(milliseconds: interval) {
        var status = stat()
        guard unsafe stat(log, &status) == 0 else { continue }
        // A log that begins anew keeps its size, so the clock decides as well.
        copied += 1
        guard status.st_size > 1 << 22 || copied > 20 else { continue }
        copied = 0
        keeper.copy()
      }
      keeper.close()
    }
  }
}
