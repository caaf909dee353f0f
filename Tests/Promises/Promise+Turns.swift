extension Promise {
  /// - Attack: A job gets an exclusive environment before jobs that were approved earlier, or keeps
  ///   them from it.
  /// - Promise: The daemon queues jobs in the order of their approvals. A job that does not wait
  ///   holds up no other. A grant that is not read within 60 seconds ends.
  package static let orderOfApprovals = Promise(.turns)

  /// - Attack: A moment without account database, clock or disk throws approvals away.
  /// - Promise: The client tries again as long as its time lasts, and the request keeps its place.
  ///   An answer that is too old leaves no entry in the queue.
  package static let troubleCostsNoTurn = Promise(.turns)

  /// - Attack: Somebody kills `envgate` to free an exclusive environment that its job still uses.
  /// - Promise: The environment stays taken until the last holder of the job's lifeline has ended.
  ///   Nobody can read under the grant.
  package static let exclusiveUntilTheJobEnds = Promise(.turns)

  /// - Attack: A process speaks on a lifeline that a job left behind.
  /// - Promise: It takes no calls.
  package static let lifelineTakesNoCalls = Promise(.turns)
}
