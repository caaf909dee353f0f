import ArgumentParser
import VaultClient

/// Where the daemon is, or where several of them are.
struct HostsOptions: ParsableArguments {
  @OptionGroup var socket: SocketOption

  @Option(
    name: .customLong("host"), parsing: .singleValue,
    help: ArgumentHelp(
      "Use the vault of another host, through ssh. Repeatable (default: the hosts in $ENVGATE_HOST, "
        + "separated by commas).", valueName: "[user@]host"))
  var hosts: [String] = []

  func validate() throws { try ConnectionOptions.requireOne(socket.path, hosts) }

  /// Where the command line and the environment say that they are; one at least.
  var destinations: [Destination] {
    get throws { try HostNaming.destinations(hosts, socket: socket.path) }
  }
}
