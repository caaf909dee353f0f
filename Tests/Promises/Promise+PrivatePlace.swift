extension Promise {
  /// - Attack: Others can enter the state directory or read its files, or a file is a link or has a
  ///   second name.
  /// - Promise: The daemon does not start.
  package static let stateIsPrivate = Promise(.privatePlace)

  /// - Attack: Somebody hands the daemon a descriptor that is another socket than the watched one.
  /// - Promise: The daemon takes a known name once, listening at the configured path. All else is
  ///   refused.
  package static let inheritedSocketsAreChecked = Promise(.privatePlace)

  /// - Attack: Somebody stops the daemon to put a false one on the path of its socket.
  /// - Promise: Under systemd the socket outlives the daemon, and callers wait.
  package static let socketOutlivesDaemon = Promise(.privatePlace)

  /// - Attack: Somebody puts a state directory where root's `init` will look, to get the root key.
  /// - Promise: `init` makes a key only where every folder on the way is root's.
  package static let initGivesNoKeyAway = Promise(.privatePlace)

  /// - Attack: The process that made a vault for another account stays root.
  /// - Promise: It gives root up for good, and checks that.
  package static let initDropsRoot = Promise(.privatePlace)

  /// - Attack: A text poses as a notice to systemd.
  /// - Promise: A notice is one line, without a line break.
  package static let noticesAreOneLine = Promise(.privatePlace)

  /// - Attack: A restart of the daemon strands containers.
  /// - Promise: They mount the folder, which stays.
  package static let containersKeepTheirFolder = Promise(.privatePlace)

  /// - Attack: Root of a container whose mount is writable puts another socket in place of the
  ///   daemon's.
  /// - Promise: The daemon notices, closes the listener and ends its connections. Log, `status` and
  ///   `doctor` say so, and a reload binds the socket again. What was sent before is lost: mount
  ///   the folder read-only.
  package static let replacedSocket = Promise(.privatePlace)

  /// - Attack: Somebody removes a socket and stands in its place for a moment.
  /// - Promise: Whatever is made at that path counts as a replacement: the daemon serves nobody
  ///   there until a reload.
  package static let removedSocket = Promise(.privatePlace)

  /// - Attack: Somebody hides a replacement behind thousands of changes in a folder.
  /// - Promise: Each socket has events of its own. If the kernel lost some, the socket counts as
  ///   replaced.
  package static let hiddenReplacement = Promise(.privatePlace)

  /// - Attack: A fault in the configuration keeps a replaced socket closed.
  /// - Promise: A reload binds it, whatever the file says.
  package static let reloadBindsAnyway = Promise(.privatePlace)

  /// - Attack: Somebody puts a link in a socket's place while the daemon makes it, so that its mode
  ///   or group goes to another file.
  /// - Promise: The daemon opens the file without following links, asks who listens at exactly that
  ///   inode, and sets mode and group of that inode.
  package static let socketModeReachesNoOtherFile = Promise(.privatePlace)

  /// - Attack: The daemon loads a library from the builder's path.
  /// - Promise: It needs the C library, libcrypto and libsqlite3, from the system.
  package static let systemLibraries = Promise(.privatePlace)
}
