extension Promise {
  /// - Attack: Code reaches a value without passing the gate.
  /// - Promise: One function opens values, after the commit.
  package static let oneFunctionOpensValues = Promise(.oneDoor)

  /// - Attack: Two calls use, or decide about, one request at the same moment.
  /// - Promise: Exactly one of them wins, in one batch too.
  package static let oneRivalWins = Promise(.oneDoor)

  /// - Attack: A job reads more often, or more jobs read at once, than the gate allows.
  /// - Promise: The commit that releases also counts `max_reads` and `exclusive`.
  package static let readsAreCounted = Promise(.oneDoor)

  /// - Attack: A job reads under one of many grants after the decision to end them and before its
  ///   row is written.
  /// - Promise: The decision counts at once: the sealed head lists these grants until their rows
  ///   are written.
  package static let endedGrantsAreClosedAtOnce = Promise(.oneDoor)

  /// - Attack: Somebody uses an environment, or what was open in it, after the decision to delete
  ///   it and before its last row is gone.
  /// - Promise: The mark of deletion counts at once, and the environment's key is gone with it. The
  ///   name is taken until the last row is gone.
  package static let deletionCountsAtOnce = Promise(.oneDoor)
}
