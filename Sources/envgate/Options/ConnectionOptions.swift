import ArgumentParser
import VaultClient

/// Where the daemon is.
struct ConnectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The daemon's socket (else $ENVGATE_SOCKET, else /run/envgate/envgate.sock).",
      valueName: "path"), completion: .file())
  var socket: String?

  /// The socket's path.
  var path: String {
    let named = ProcessContext.variable("ENVGATE_SOCKET").flatMap { $0.isEmpty ? nil : $0 }
    return socket ?? named ?? "/run/envgate/envgate.sock"
  }

  func connect() throws -> Connection { try Connection(path: path) }
}
