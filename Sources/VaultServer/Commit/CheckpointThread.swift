import Glibc
import VaultEngine

/// Keeps the write-ahead log short beside the commit: a checkpoint inside a commit is what makes the
/// slowest percent of commits slow.
enum CheckpointThread {
  /// How often the log's length is looked at, in milliseconds.
  private static let interval = 50
  /// Looks that pass before a log that was copied whole, and has not begun anew since, is copied again.
  private static let looksAfterCopying = 20

  /// - Parameter left: opened once the database is closed here, too.
  static func start(
    _ place: VaultPlace, until ended: Latch, left: Latch, logger: DaemonLog
  ) throws(ThreadFault) {
    try PlainThread.start {
      defer { left.open() }
      guard let keeper = try? place.logKeeper() else {
        logger.warning("the checkpoint thread did not start; commits copy the log themselves")
        return
      }
      var copied: UInt64?
      var looks = 0
      while !ended.wait(milliseconds: interval) {
        guard let round = keeper.longRound() else { continue }
        looks += 1
        if round == copied, looks < looksAfterCopying { continue }
        looks = 0
        copied = keeper.copy() ? round : nil
      }
      keeper.close()
    }
  }
}
