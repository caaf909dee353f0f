import ArgumentParser
import VaultClient

/// Where the daemon is: one of them.
struct ConnectionOptions: ParsableArguments {
  @OptionGroup var socket: SocketOption

  @Option(
    help: ArgumentHelp(
      "Use the vault of another host, through ssh (default: $ENVGATE_HOST).",
      valueName: "[user@]host"))
  var host: String?

  func validate() throws {
    try Self.requireOne(socket.path, host.map { [$0] } ?? [])
  }

  var address: DaemonAddress { DaemonAddress(socket: socket.path, host: host) }

  /// Where the command line and the environment say that it is.
  /// - Throws: ``CommandFault`` `usage` where they name several hosts, or what is none.
  var destination: Destination { get throws { try address.destination } }

  func connect() throws -> Connection { try Connection(destination) }

  /// - Throws: a usage error where both are named, or a host is none.
  static func requireOne(_ socket: String?, _ hosts: [String]) throws {
    if socket != nil, !hosts.isEmpty {
      throw ValidationError(
        "--socket is on this host and --host names another host; use one of them")
    }
    if socket == "" { throw ValidationError("--socket takes a path, which may not be empty") }
    for host in hosts where HostName(host) == nil {
      throw ValidationError("\(HostNaming.refusal(host))")
    }
  }
}
