extension Promise {
  /// - Attack: A false daemon on the socket's path waits for a value, or answers with values,
  ///   requests and lists of its own.
  /// - Promise: The client speaks only to root, to itself, or to the system account that owns the
  ///   socket.
  package static let falseDaemon = Promise(.knownDaemon)

  /// - Attack: A daemon floods a client, answers what was not asked, byte by byte or not at all.
  /// - Promise: Each call ends in its time, with a fault, in bounded memory.
  package static let floodingDaemon = Promise(.knownDaemon)

  /// - Attack: A false daemon in a container waits for a value.
  /// - Promise: A value goes to a known account only. In a user namespace a ticket also goes to a
  ///   socket that was mounted from outside.
  package static let falseDaemonInContainer = Promise(.knownDaemon)

  /// - Attack: A false daemon listens for a program that uses no library of ours.
  /// - Promise: The example clients ask the kernel who listens before they send anything.
  package static let exampleClientsLookFirst = Promise(.knownDaemon)

  /// - Attack: A false daemon listens at the far end's socket.
  /// - Promise: `envgate proxy` checks the listener before it passes anything on.
  package static let farDaemon = Promise(.knownDaemon)

  /// - Attack: A reviewer uses the ssh key for a shell, files, ports or sockets of the vault's
  ///   host.
  /// - Promise: It runs `envgate proxy` and nothing else.
  package static let sshKeyRunsTheProxy = Promise(.knownDaemon)

  /// - Attack: A reviewer who signs in for the screen of `watch` alone wants more.
  /// - Promise: `ForceCommand`: no forwarding, no subsystem, no variable.
  package static let sshKeyRunsWatch = Promise(.knownDaemon)

  /// - Attack: Somebody gets rights on the far host by who they are here.
  /// - Promise: The rights are those of the account that ssh signed in.
  package static let rightsOfTheFarAccount = Promise(.knownDaemon)

  /// - Attack: The name of a host is an option of ssh or of a shell.
  /// - Promise: It is refused before ssh runs. A host is one argument, behind all options.
  package static let hostIsOneArgument = Promise(.knownDaemon)

  /// - Attack: A far end steers the terminal, poses as this end, or floods.
  /// - Promise: Each of its lines is shown as its own, escaped, and cut off.
  package static let farEndIsQuoted = Promise(.knownDaemon)

  /// - Attack: A request of one host is answered as that of another.
  /// - Promise: Each row, screen and command names its host.
  package static let rowsNameTheirHost = Promise(.knownDaemon)

  /// - Attack: A vault speaks in the name of another one, in `--json` of several hosts.
  /// - Promise: An answer with a member `host` of its own is refused, and counts as a fault of that
  ///   host.
  package static let hostsSpeakForThemselves = Promise(.knownDaemon)
}
