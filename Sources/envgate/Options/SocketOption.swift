import ArgumentParser

/// The daemon's socket on this host, of all commands that speak to one.
struct SocketOption: ParsableArguments {
  @Option(
    name: .customLong("socket"),
    help: ArgumentHelp(
      "The daemon's socket (default: $ENVGATE_SOCKET, or /run/envgate/envgate.sock).",
      valueName: "path"), completion: .file())
  var path: String?
}
