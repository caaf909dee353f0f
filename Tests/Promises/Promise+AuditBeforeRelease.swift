extension Promise {
  /// - Attack: A value is released without an audit record.
  /// - Promise: Each release has its record, written in the same commit, with secret, version, uid
  ///   and request.
  package static let recordOfEachRelease = Promise(.auditBeforeRelease)

  /// - Attack: The disk fails in the middle of a release.
  /// - Promise: Nothing is released and nothing of the batch remains. The vault works again when
  ///   the disk does.
  package static let failedReleaseLeavesNothing = Promise(.auditBeforeRelease)

  /// - Attack: A job reads on from a page of secrets that was never recorded.
  /// - Promise: Each page has a record of its own, unless it follows the page that the same
  ///   connection read before.
  package static let recordOfEachPage = Promise(.auditBeforeRelease)

  /// - Attack: Somebody edits, cuts or reorders audit records.
  /// - Promise: `audit verify` names the first record that does not fit.
  package static let brokenChainIsFound = Promise(.auditBeforeRelease)

  /// - Attack: Somebody cuts the records behind the last signature that left the host.
  /// - Promise: The daemon logs the signed head at a start, a reload and a stop, and once an hour
  ///   if there are new records.
  package static let signedHeadsLeaveTheHost = Promise(.auditBeforeRelease)

  /// - Attack: Somebody probes the vault without leaving a trace.
  /// - Promise: Refusals are recorded: the first at once, repetitions counted each minute.
  package static let refusalsAreRecorded = Promise(.auditBeforeRelease)

  /// - Attack: Root makes somebody an admin by a reload that nobody notices.
  /// - Promise: Each reload is recorded, with the admins and auditors from then on.
  package static let reloadsAreRecorded = Promise(.auditBeforeRelease)

  /// - Attack: A writer, who may not read, tries values with an import to learn which one is
  ///   current.
  /// - Promise: A matching value is reported as unchanged. So the writer learns it, at the cost of
  ///   one change and one record for each comparison.
  package static let comparisonsAreRecorded = Promise(.auditBeforeRelease)

  /// - Attack: An admin makes a backup, with every ciphertext in it, and nobody hears of it.
  /// - Promise: It is on the record, with who made it, before its first byte leaves; its size and hash are before
  ///   its last. One at a time.
  package static let backupIsRecorded = Promise(.auditBeforeRelease)
}
