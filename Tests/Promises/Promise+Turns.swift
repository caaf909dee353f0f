extension Promise {
  /// - Attack: A job gets an exclusive environment before jobs that were approved earlier, or keeps
  ///   them from it.
  /// - Promise: The daemon queues jobs by the record of the approval. Who is absent holds up
  ///   nobody. A grant that is not read within 60 seconds ends.
  package static let orderOfApprovals = Promise(.turns)

  /// - Attack: Approvals are thrown away because account database, clock or disk are in the way for
  ///   a moment.
  /// - Promise: The client tries again as long as its time lasts, and the request keeps its place.
  ///   An answer that is too old leaves nothing in the queue.
  package static let troubleCostsNoTurn = Promise(.turns)

  /// - Attack: Somebody kills `envgate` to free an exclusive environment that its job still uses.
  /// - Promise: It is taken until the last holder of the job's lifeline has ended, and unreadable.
  package static let exclusiveUntilTheJobEnds = Promise(.turns)

  /// - Attack: A process speaks on a lifeline that a job left behind.
  /// - Promise: It takes no calls.
  package static let lifelineTakesNoCalls = Promise(.turns)
}
