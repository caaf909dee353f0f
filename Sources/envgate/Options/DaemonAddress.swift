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
      let all = try HostNaming.destinations(host.map { [$0] } ?? [], socket: socket)
      guard all.count == 1 else {
        throw CommandFault(
          .usage, "ENVGATE_HOST names \(all.count) hosts; choose one with --host")
      }
      return all[0]
    }
  }

  /// The path of the socket on this host.
  static func path(_ named: String?) -> String {
    let variable = ProcessContext.variable("ENVGATE_SOCKET").flatMap { $0.isEmpty ? nil : $0 }
    return named ?? variable ?? "/run/envgate/envgate.sock"
  }
}
