extension Configuration {
  /// The keys that another configuration sets otherwise and that hold until the daemon is started anew:
  /// what it has open and what it holds a key to.
  func fixedKeys(changedIn other: Configuration) -> [String] {
    var keys: [String] = []
    if socket.path != other.socket.path { keys.append("socket") }
    if socket.mode != other.socket.mode { keys.append("socket_mode") }
    if socket.group != other.socket.group { keys.append("socket_group") }
    if jobSockets != other.jobSockets { keys.append("job_sockets") }
    if credentials.path != other.credentials.path
      || credentials.isWanted != other.credentials.isWanted
    {
      keys.append("credentials_socket")
    }
    if metrics.file != other.metrics.file { keys.append("metrics_file") }
    if metrics.socket != other.metrics.socket { keys.append("metrics_socket") }
    if metrics.group != other.metrics.group { keys.append("metrics_group") }
    if stateDirectory != other.stateDirectory { keys.append("state_directory") }
    if rootKey != other.rootKey { keys.append("root_key") }
    return keys
  }
}
