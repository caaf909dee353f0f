extension Promise {
  /// - Attack: Nobody hears of an edit, a clock set back, a silent account database, a broken chain
  ///   or a lost log.
  /// - Promise: `status` tells admins and auditors, and `doctor` fails. A broken chain is known
  ///   from the first `audit verify` on, until a restart.
  package static let statusAndDoctorTell = Promise(.toldTrouble)

  /// - Attack: On the host somebody else can replace the socket, read the key, or become root from
  ///   a job.
  /// - Promise: `doctor` says so. It also says what it may not look at, and why. It does not look
  ///   up the members of a group that may ask.
  package static let doctorTells = Promise(.toldTrouble)

  /// - Attack: Somebody changes, removes, adds or reorders records of an export, or cuts off its end.
  /// - Promise: `audit verify --file` finds it with the public key alone, and names the record. It says
  ///   which records are not in the file.
  package static let exportVerifies = Promise(.toldTrouble)

  /// - Attack: Somebody puts an older copy of the whole state directory in its place, or forges a head in the journal.
  /// - Promise: `audit verify --against-journal` finds it, and tells it from a restore that is on the record.
  package static let journalTellsRollback = Promise(.toldTrouble)
}
