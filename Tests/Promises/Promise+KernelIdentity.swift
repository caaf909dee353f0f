extension Promise {
  /// - Attack: An account gets a reused uid, a renamed group or the overflow uid.
  /// - Promise: A name satisfies a rule only while it still has the number of when the rule was
  ///   written. The overflow uid matches nothing.
  package static let staleNamesMatchNothing = Promise(.kernelIdentity)

  /// - Attack: An edit of something else turns a stale name into whoever has it now.
  /// - Promise: A principal in a list keeps its number. Only an edit that names it again adds
  ///   whoever has the name now.
  package static let editKeepsNumbers = Promise(.kernelIdentity)

  /// - Attack: Only the kernel, or only the account database, says that an account is in a group.
  /// - Promise: The group does not count.
  package static let groupsAreConfirmed = Promise(.kernelIdentity)

  /// - Attack: A peer has thousands of supplementary groups: a range in `/etc/subgid` gives 65,536
  ///   to anybody.
  /// - Promise: At most 1,024 groups of a peer count. Of a peer with more, only the primary group
  ///   counts.
  package static let groupsAreBounded = Promise(.kernelIdentity)

  /// - Attack: The account database hangs or fails.
  /// - Promise: The call is refused. Nothing is assumed.
  package static let noAnswerIsNoApproval = Promise(.kernelIdentity)

  /// - Attack: Somebody approves or activates in the half minute after losing the account or the
  ///   group.
  /// - Promise: An approval and an activation ask the account database again, last, and rely on an
  ///   answer that is at most 5 seconds old in the commit.
  package static let deletedAccountsCountForNothing = Promise(.kernelIdentity)

  /// - Attack: Somebody has the account database asked over and over.
  /// - Promise: At most one question about a uid runs at a time, and none for 2 seconds after no
  ///   answer. Without a role only kept answers serve.
  package static let databaseIsAskedSeldom = Promise(.kernelIdentity)

  /// - Attack: A sandbox around the daemon makes every peer look alike.
  /// - Promise: No option of the systemd unit hides who the peers are.
  package static let peersAreVisible = Promise(.kernelIdentity)

  /// - Attack: Root of a container uses the main socket: it is uid 0 to the kernel, with groups
  ///   from its image.
  /// - Promise: A process in other namespaces, or with another root file system, has at most the
  ///   role of a requester.
  package static let containersMayOnlyAsk = Promise(.kernelIdentity)

  /// - Attack: A process connects, hands its descriptor on and ends, so that nobody can look at it.
  /// - Promise: Such a connection may only ask. This also applies if the process ends later.
  package static let endedOpenerMayOnlyAsk = Promise(.kernelIdentity)

  /// - Attack: A process waits for another one to get the number of its opener that has ended.
  /// - Promise: The process that connected counts, and no later one of its number.
  package static let laterProcessIsNotMeant = Promise(.kernelIdentity)

  /// - Attack: A user acts as 65,536 uids by newuidmap, groups kept, or through a set-user-ID
  ///   program of such a uid.
  /// - Promise: A subordinate uid is nobody: it asks, approves and counts only where a rule names
  ///   its number.
  package static let subordinateUIDsAreNobody = Promise(.kernelIdentity)

  /// - Attack: The `/proc` files of a process are long or slow to read, by thousands of mounts or
  ///   groups.
  /// - Promise: Threads of their own read them, one at a time for each account. What is not known
  ///   within 500 ms may only ask; the bound is 10 seconds while a look at the daemon itself is as
  ///   slow. All else is `peer.unknown`, and the next call finds out anew.
  package static let slowPeersHoldUpNobody = Promise(.kernelIdentity)

  /// - Attack: A crowd fills other accounts' lanes while no process can be looked at.
  /// - Promise: Processes of an account without an answer have a lane of their own. The last eighth
  ///   of the connections is for processes that were looked at.
  package static let unknownPeersKeepTheirLane = Promise(.kernelIdentity)

  /// - Attack: Somebody puts a pipe in place of `/etc/subuid`.
  /// - Promise: That is no list, so callers that depend on it are refused. Nobody waits for the
  ///   file.
  package static let listOfSubordinateUIDsIsAFile = Promise(.kernelIdentity)

  /// - Attack: Root, an account or a member of a group connects through a job socket.
  /// - Promise: The caller is that socket, and nothing else.
  package static let jobSocketIsItsName = Promise(.kernelIdentity)

  /// - Attack: A process of the host reaches a job socket through `/proc/PID/root` of a container
  ///   with its uid, in a user namespace or not.
  /// - Promise: It is refused as `peer.refused`. One job socket serves one kind of container.
  package static let jobSocketTakesItsContainers = Promise(.kernelIdentity)

  /// - Attack: A user of the host opens a container's socket by its path.
  /// - Promise: The folder above is closed to others, and checked at the start.
  package static let jobSocketFolderIsClosed = Promise(.kernelIdentity)

  /// - Attack: An admin makes a job socket a reviewer, a writer or an admin.
  /// - Promise: A gate takes a job socket as a requester only. Another role would give it nothing.
  package static let jobSocketMayOnlyAsk = Promise(.kernelIdentity)
}
