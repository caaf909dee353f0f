extension Promise {
  /// - Attack: A job reads on after its end.
  /// - Promise: A grant ends with its connection, as abandoned.
  package static let grantEndsWithConnection = Promise(.endsWithItsJob)

  /// - Attack: Somebody kills the job's `envgate` to keep its grant.
  /// - Promise: The grant ends as abandoned, on the record.
  package static let killedExecEndsGrant = Promise(.endsWithItsJob)

  /// - Attack: Somebody kills a job between its last call and the answer, so that its grant belongs
  ///   to nobody.
  /// - Promise: The end of a connection undoes its last call, in one batch too.
  package static let lastWordsAreUndone = Promise(.endsWithItsJob)

  /// - Attack: Somebody stops the daemon to end the grants of jobs.
  /// - Promise: The jobs come back to them after the restart.
  package static let restartKeepsGrants = Promise(.endsWithItsJob)

  /// - Attack: A command that envgate became keeps its grant for ever.
  /// - Promise: The grant ends with the command, and keeps an exclusive environment until then.
  package static let replacedCommandHoldsGrant = Promise(.endsWithItsJob)

  /// - Attack: Somebody kills a job's ssh or client to keep, or to free, what it holds.
  /// - Promise: The grant ends with the client. An exclusive environment is free when the job ends.
  package static let remoteClientEndsGrant = Promise(.endsWithItsJob)

  /// - Attack: A job fails by itself and leaves its request to be approved.
  /// - Promise: The client checks what it can before a reviewer is asked. If the job fails later,
  ///   the client cancels the request at once.
  package static let nobodyIsAskedInVain = Promise(.endsWithItsJob)

  /// - Attack: A job is cancelled while it waits, or gives up, and its request stays.
  /// - Promise: The signal that ends the job, or the end of `--timeout`, cancels the request.
  package static let cancelledWaitTakesBack = Promise(.endsWithItsJob)

  /// - Attack: GitHub's runner cancels a step, and its request waits on.
  /// - Promise: The recipes become envgate or pass the signal on.
  package static let cancelledStepTakesBack = Promise(.endsWithItsJob)

  /// - Attack: The runner of a job dies while it waits, and the job runs after an approval with
  ///   nobody there.
  /// - Promise: If nobody reads the output of a waiting client, the wait ends and the request is
  ///   cancelled. The client looks once more before the activation. `--with-parent` also watches
  ///   the parent.
  package static let lostOutputTakesBack = Promise(.endsWithItsJob)
}
