extension Promise {
  /// - Attack: A requester makes requests that are never closed.
  /// - Promise: The live requests of a requester are bounded, in every state.
  package static let liveRequestsAreBounded = Promise(.fairShare)

  /// - Attack: A requester fills an environment's list of waiting requests.
  /// - Promise: Waiting requests are bounded for each requester and environment.
  package static let waitingRequestsAreBounded = Promise(.fairShare)

  /// - Attack: A line of 128 KiB has a run of combining marks where a word stands, which Swift
  ///   needs seconds to compare.
  /// - Promise: Words of a closed set are compared as bytes of ASCII.
  package static let wordsAreBytes = Promise(.fairShare)

  /// - Attack: A pipeline is longer than what may be in flight.
  /// - Promise: Every call is answered, in order.
  package static let pipelinesAreAnswered = Promise(.fairShare)

  /// - Attack: An account opens more connections than it may have.
  /// - Promise: They are refused with a reason.
  package static let connectionsOfAnAccount = Promise(.fairShare)

  /// - Attack: An account reads as fast as it can, on as many connections as it likes.
  /// - Promise: Its releases are bounded. Nobody else's are affected.
  package static let releasesAreBounded = Promise(.fairShare)

  /// - Attack: An account fills the disk with audit records by reading without a request all day.
  /// - Promise: It reads at most `direct_reads_per_day` times within 24 hours, also across a restart. Others and reads
  ///   under grants go on.
  package static let recordHasShares = Promise(.fairShare)

  /// - Attack: Accounts take all connections.
  /// - Promise: No account has more than half of the connections that the others leave.
  package static let halfOfTheConnections = Promise(.fairShare)

  /// - Attack: One user is many uids: by a range of subordinate ones, or as root of a container
  ///   that has the main socket.
  /// - Promise: All uids that the account database does not know, except the first 16 since the
  ///   start, share one account's part of connections and time, from the first call on.
  package static let unknownUIDsShareOnePart = Promise(.fairShare)

  /// - Attack: One account piles up calls before those of others.
  /// - Promise: Lanes take turns in each commit.
  package static let lanesTakeTurns = Promise(.fairShare)

  /// - Attack: Somebody connects and drops ten thousand times.
  /// - Promise: A separate thread accepts connections, bounded for each account. Nothing is left
  ///   behind.
  package static let connectAndDrop = Promise(.fairShare)

  /// - Attack: Somebody uses up the daemon's descriptors.
  /// - Promise: There are as many connections as there are descriptors for, shared like the others.
  package static let descriptorsAreBounded = Promise(.fairShare)

  /// - Attack: A thousand connections send at once, so that the event loop serves nobody else.
  /// - Promise: The event loop works for a millisecond, lanes in turn, and serves its sockets in
  ///   between.
  package static let loopServesAll = Promise(.fairShare)

  /// - Attack: An account calls faster than its pace, and closes its writing side.
  /// - Promise: All its calls are answered, in order.
  package static let burstsAreAnswered = Promise(.fairShare)

  /// - Attack: Connections end before their values are decided, until the account may hold no more.
  /// - Promise: The memory is given back, wherever the call stands.
  package static let undecidedValuesAreBounded = Promise(.fairShare)

  /// - Attack: An account fills the disk with requests, versions and edits.
  /// - Promise: Changes are bounded for each account. Ending something always works.
  package static let storedStateIsBounded = Promise(.fairShare)

  /// - Attack: Accounts fill the record with refusals, by as many kinds and uids as they can make.
  /// - Promise: At most 16 kinds of refusal a minute are recorded for an account, and 256 in all.
  ///   All are counted.
  package static let recordedRefusalsAreBounded = Promise(.fairShare)

  /// - Attack: A line comes one byte a second, or never ends.
  /// - Promise: The daemon ends the connection after 30 seconds.
  package static let slowLinesEnd = Promise(.fairShare)

  /// - Attack: Hundreds of jobs of one account wait.
  /// - Promise: A wait holds no memory of its account, so the other calls of the account are
  ///   answered.
  package static let parkedWaitsHoldNoMemory = Promise(.fairShare)

  /// - Attack: Connections of an account take no answers, so that its other calls find no memory.
  /// - Promise: Each call is refused with its reason within seconds.
  package static let deafConnectionsAreTold = Promise(.fairShare)

  /// - Attack: Long lines on many connections never end.
  /// - Promise: Their memory is bounded for each account.
  package static let unfinishedLinesAreBounded = Promise(.fairShare)

  /// - Attack: A peer asks for much and reads nothing.
  /// - Promise: Its connection ends after 10 seconds. Its memory is bounded.
  package static let deafPeersEnd = Promise(.fairShare)

  /// - Attack: An account holds up the daemon with lists and subscriptions of what it may not see.
  /// - Promise: A list ends by bytes and goes on later. Subscriptions are few for each account.
  package static let listsEndByBytes = Promise(.fairShare)

  /// - Attack: The account database hangs for ever, so that look-ups stop working.
  /// - Promise: The daemon breaks off the threads that hang, and look-ups work again by themselves.
  package static let hangingAccountDatabase = Promise(.fairShare)

  /// - Attack: Look-ups that are slow for some hold others up.
  /// - Promise: A slow thread does not count among those that serve.
  package static let slowLookUps = Promise(.fairShare)

  /// - Attack: A commit hangs while the daemon looks alive.
  /// - Promise: The daemon tells the watchdog that it lives only if both loops answer.
  package static let hangingCommit = Promise(.fairShare)

  /// - Attack: A reader of the log stops reading.
  /// - Promise: The daemon serves and ends as ever. Lines without room are dropped and counted, and
  ///   the count is logged.
  package static let stuckLog = Promise(.fairShare)

  /// - Attack: A peer sends descriptors along (SCM_RIGHTS) whose closing takes as long as it likes:
  ///   a socket that lingers, a file of a FUSE server.
  /// - Promise: From Linux 6.16 on, the kernel refuses them to the sender (`SO_PASSRIGHTS`). On an
  ///   older kernel the event loop closes them, which can hold it up. The watchdog then restarts
  ///   the daemon, and stored state is untouched. `envgate doctor` reports such a kernel.
  package static let sentDescriptors = Promise(.fairShare)
}
