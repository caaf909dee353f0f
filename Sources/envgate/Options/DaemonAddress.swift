import VaultClient

/// Where the daemon is, as a command line and the environment say it.
struct DaemonAddress: Equatable {
  /// The path that `--socket` names.
  var socket: String?
  /// The host that `--host` names.
  var host: String?

  /// - Throws: ``CommandFault`` `usage` where several hosts are named, or what is none.
  var destination: Destination {
    get throws {
      let named = try HostNaming.hosts(host.map { [$0] } ?? [], isSocketNamed: socket != nil)
      if named.count > 1 {
        throw CommandFault(
          "usage", "ENVGATE_HOST names \(named.count) hosts; choose one of them with --host")
      }
      return named.first.map { .desk($0) } ?? .socket(path: Self.path(socket))
    }
  }

  /// The path of the socket on this host.
  static func path(_ named: String?) -> String {
    let variable = ProcessContext.variable("ENVGATE_SOCKET").flatMap { $0.isEmpty ? nil : $0 }
    return named ?? variable ?? "/run/envgate/envgate.sock"
  }
}
