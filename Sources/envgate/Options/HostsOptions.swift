import ArgumentParser
import VaultClient

/// Where the daemon is, or where several of them are.
struct HostsOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The daemon's socket (else $ENVGATE_SOCKET, else /run/envgate/envgate.sock).",
      valueName: "path"), completion: .file())
  var socket: String?

  @Option(
    name: .customLong("host"), parsing: .singleValue,
    help: ArgumentHelp(
      "Reach the vault of another host with ssh; repeat it for several (else those of $ENVGATE_HOST, "
        + "separated by commas).", valueName: "[user@]host"))
  var hosts: [String] = []

  func validate() throws { try ConnectionOptions.requireOne(socket, hosts) }

  /// Where the command line and the environment say that they are; one at least.
  var destinations: [Destination] {
    get throws {
      let named = try HostNaming.hosts(hosts, isSocketNamed: socket != nil)
      return named.isEmpty
        ? [.socket(path: DaemonAddress.path(socket))]
        : named.map { .desk($0, isAlone: named.count == 1) }
    }
  }
}
