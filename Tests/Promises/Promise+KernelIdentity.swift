extension Promise {
  /// - Attack: An account gets a reused uid, a renamed group or the overflow uid.
  /// - Promise: A name satisfies a rule only while it has the number that it had when the rule was
  ///   written. The overflow uid matches nothing.
  package static let staleNamesMatchNothing = Promise(.kernelIdentity)

  /// - Attack: An edit of a gate gives the place of a stale name to the account that has the name
  ///   now.
  /// - Promise: A principal in a list keeps its number. Only an edit that names it again adds the
  ///   account that has the name now.
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
  /// - Promise: The daemon refuses the call, and assumes nothing.
  package static let noAnswerIsNoApproval = Promise(.kernelIdentity)

  /// - Attack: Somebody approves or activates in the half minute after losing the account or the
  ///   group.
  /// - Promise: An approval and an activation ask the account database again, after everything
  ///   else. They rely on an answer that is at most 5 seconds old in the commit.
  package static let deletedAccountsCountForNothing = Promise(.kernelIdentity)

  /// - Attack: A caller makes the daemon ask the account database over and over.
  /// - Promise: At most one question about a uid runs at a time, and none starts for 2 seconds
  ///   after no answer. For a caller without a role only kept answers are used.
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

  /// - Attack: A process waits until another process gets the number of its opener, which has
  ///   ended.
  /// - Promise: The process that connected counts. A later process with its number does not.
  package static let laterProcessIsNotMeant = Promise(.kernelIdentity)

  /// - Attack: A user acts as 65,536 uids by newuidmap, groups kept, or through a set-user-ID
  ///   program of such a uid.
  /// - Promise: A subordinate uid is nobody: it asks, approves and counts only where a rule names
  ///   its number.
  package static let subordinateUIDsAreNobody = Promise(.kernelIdentity)

  /// - Attack: The `/proc` files of a process are long or slow to read, by thousands of mounts or
  ///   groups.
  /// - Promise: Separate threads read them, for each account one process at a time. A process that
  ///   is not known within 500 ms may only ask; the limit is 10 seconds while reading the daemon's
  ///   own files is as slow. Other calls get `peer.unknown`, and the next call tries again.
  package static let slowPeersHoldUpNobody = Promise(.kernelIdentity)

  /// - Attack: A crowd fills other accounts' lanes while no process can be looked at.
  /// - Promise: Processes of an account that could not be looked at have a lane of their own. The
  ///   last eighth of the connections is for processes that were looked at.
  package static let unknownPeersKeepTheirLane = Promise(.kernelIdentity)

  /// - Attack: Somebody puts a pipe in place of `/etc/subuid`.
  /// - Promise: A pipe is not a list, so the daemon refuses callers that depend on the list. No
  ///   call waits for the file.
  package static let listOfSubordinateUIDsIsAFile = Promise(.kernelIdentity)

  /// - Attack: Root, an account or a member of a group connects through a job socket.
  /// - Promise: The caller is that socket, and nothing else.
  package static let jobSocketIsItsName = Promise(.kernelIdentity)

  /// - Attack: A process of the host reaches a job socket through `/proc/PID/root` of a container
  ///   with its uid, in a user namespace or not.
  /// - Promise: It is refused as `peer.refused`. One job socket serves one kind of container.
  package static let jobSocketTakesItsContainers = Promise(.kernelIdentity)

  /// - Attack: A user of the host opens a container's socket by its path.
  /// - Promise: The folder above the socket is closed to other accounts. The daemon checks this at
  ///   the start.
  package static let jobSocketFolderIsClosed = Promise(.kernelIdentity)

  /// - Attack: An admin makes a job socket a reviewer, a writer or an admin.
  /// - Promise: A gate takes a job socket as a requester only. Another role would give it nothing.
  package static let jobSocketMayOnlyAsk = Promise(.kernelIdentity)

  /// - Attack: Somebody names another unit's credential: any uid, root of a container, another unit,
  ///   or a user's own service manager.
  /// - Promise: The caller must be uid 0, live as the host does, and be in the control group of that
  ///   unit, below slices alone. The kernel's descriptor pins the process.
  package static let unitIsItsControlGroup = Promise(.kernelIdentity)
}
