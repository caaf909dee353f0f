extension Promise {
  /// - Attack: A `kill -9` or a power cut follows an answer.
  /// - Promise: What was acknowledged is there. All else is wholly there or wholly absent.
  package static let survivesKillAndPowerCut = Promise(.acknowledgedIsDurable)

  /// - Attack: SQLite before 3.51.3 (Debian 12 has 3.40.1) loses commits when a checkpoint meets
  ///   them (the WAL-reset bug).
  /// - Promise: The daemon begins no checkpoint that could meet one. Another program that writes to
  ///   the database while the daemon runs could.
  package static let noIdleCheckpoint = Promise(.acknowledgedIsDurable)

  /// - Attack: The disk is full or fails.
  /// - Promise: Nothing is released or changed. The vault works again when the disk does.
  package static let failingDisk = Promise(.acknowledgedIsDurable)

  /// - Attack: An import ends half way: by taken names, limits, rates, a full disk, a killed client
  ///   or daemon, or a rival.
  /// - Promise: One commit makes all its values current, or none. Nobody sees staged values. They
  ///   do not outlive a restart, and are erased.
  package static let importIsWhole = Promise(.acknowledgedIsDurable)

  /// - Attack: Two daemons serve one state directory.
  /// - Promise: The second is refused.
  package static let oneDaemon = Promise(.acknowledgedIsDurable)

  /// - Attack: Somebody pulls the disk under the daemon and puts an older one in.
  /// - Promise: The daemon answers that its disk is gone. It serves what comes back only if that is
  ///   what was committed last.
  package static let returnedDisk = Promise(.acknowledgedIsDurable)

  /// - Attack: Somebody fills the disk so that nobody can take rights away.
  /// - Promise: The vault keeps a reserve of disk blocks for reject, cancel, close, revoke, disable
  ///   and destroy.
  package static let rightsAreTakenAwayToTheEnd = Promise(.acknowledgedIsDurable)

  /// - Attack: A destroyed value stays in a file of the database or in its write-ahead log.
  /// - Promise: It is in no file before the answer says that it is erased. If a reader's snapshot
  ///   keeps the log, the answer says so, and a later tick erases.
  package static let destroyedIsErased = Promise(.acknowledgedIsDurable)

  /// - Attack: Somebody destroys versions while a snapshot is open, to hold up all other commands.
  /// - Promise: The answer to the destroy waits for the erasure. The commit thread does not.
  package static let erasureHoldsUpNobody = Promise(.acknowledgedIsDurable)

  /// - Attack: A value is destroyed while a backup is made, and stays in the copy.
  /// - Promise: The copy is gone before the answer says that the value is erased, and the backup ends.
  package static let destroyedLeavesTheCopy = Promise(.acknowledgedIsDurable)

  /// - Attack: A restore is killed, or its disk is full, at any step.
  /// - Promise: In the state directory stands what was there before, or the whole restored vault.
  package static let restoreIsWhole = Promise(.acknowledgedIsDurable)
}
