extension Promise {
  /// - Attack: Somebody edits any column of any row that decides.
  /// - Promise: The next start refuses it, and nothing is released.
  package static let editedColumn = Promise(.gateIsSealed)

  /// - Attack: Somebody deletes, adds or swaps rows, or puts an older row back under its own seal.
  /// - Promise: The next start refuses it, and nothing is released.
  package static let changedSetOfRows = Promise(.gateIsSealed)

  /// - Attack: Somebody edits the database under the running daemon.
  /// - Promise: The vault closes at the next batch.
  package static let editWhileRunning = Promise(.gateIsSealed)

  /// - Attack: Somebody changes a variable in the database.
  /// - Promise: Variables are sealed like everything that decides: the vault closes, running or
  ///   not.
  package static let editedVariable = Promise(.gateIsSealed)

  /// - Attack: Somebody makes an index of the database contradict its table.
  /// - Promise: An ended request stays ended.
  package static let contradictingIndex = Promise(.gateIsSealed)

  /// - Attack: Somebody plants a trigger or edits the schema in the database.
  /// - Promise: A trigger does not run. The schema cannot be written as a table.
  package static let plantedSchema = Promise(.gateIsSealed)

  /// - Attack: The database is another program's, damaged, cut short or newer.
  /// - Promise: The daemon refuses it and leaves it as it is.
  package static let foreignDatabase = Promise(.gateIsSealed)

  /// - Attack: The daemon starts with a wrong root key.
  /// - Promise: It says so before it touches any record.
  package static let wrongRootKey = Promise(.gateIsSealed)

  /// - Attack: Somebody deletes a wrapped key of the vault's own, or changes the one that only the recovery key opens.
  /// - Promise: The next start refuses it and says which, before the root key is lost.
  package static let missingWrap = Promise(.gateIsSealed)

  /// - Attack: Somebody puts the rows of a replaced root key back into the database, and that key into its place.
  /// - Promise: The sealed head names the root key that counts: the daemon refuses the old one.
  package static let oldKeyPutBack = Promise(.gateIsSealed)
}
