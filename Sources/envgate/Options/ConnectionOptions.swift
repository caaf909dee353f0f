import ArgumentParser
import VaultClient

/// Where the daemon is.
struct ConnectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The daemon's socket (else $ENVGATE_SOCKET, else /run/envgate/envgate.sock).",
      valueName: "path"))
  var socket: String?

  func connect() throws -> Connection {
    let named = ProcessContext.variable("ENVGATE_SOCKET").flatMap { $0.isEmpty ? nil : $0 }
    return try Connection(path: socket ?? named ?? "/run/envgate/envgate.sock")
  }
}
