import Glibc
import VaultClient
import VaultCore

/// Which hosts are meant.
///
/// A flag counts before a variable, and `$ENVGATE_HOST` before `$ENVGATE_SOCKET`.
enum HostNaming {
  /// The hosts that the command line names, else those of `$ENVGATE_HOST`, each once; none where a socket
  /// of this host is meant.
  /// - Throws: ``CommandFault`` `usage` where one is no host.
  static func hosts(
    _ named: [String], isSocketNamed: Bool,
    variable: String? = ProcessContext.variable("ENVGATE_HOST")
  ) throws -> [HostName] {
    var hosts: [HostName] = []
    let texts = named.isEmpty && !isSocketNamed ? list(variable ?? "") : named
    for text in texts {
      guard let host = HostName(text) else { throw CommandFault(.usage, refusal(text)) }
      if !hosts.contains(host) { hosts.append(host) }
    }
    return hosts
  }

  /// Where these hosts are, else the socket of this one; one destination at least.
  /// - Throws: as ``hosts(_:isSocketNamed:variable:)``.
  static func destinations(_ named: [String], socket: String?) throws -> [Destination] {
    let hosts = try hosts(named, isSocketNamed: socket != nil)
    return hosts.isEmpty
      ? [.socket(path: DaemonAddress.path(socket))]
      : hosts.map { .desk($0, isAlone: hosts.count == 1) }
  }

  /// What a list holds, separated by commas or blanks.
  private static func list(_ text: String) -> [String] {
    text.split { $0 == "," || $0 == " " || $0 == "\t" || $0 == "\n" }.map(String.init)
  }

  static func refusal(_ text: String) -> String {
    "\(ForeignText.quoted(text, limit: 80)) is not a host: write HOST or USER@HOST"
  }

  /// Whether ssh can ask somebody: it does so on the terminal itself, wherever stdin comes from.
  static let mayAsk: Bool = {
    if !(ProcessContext.variable("SSH_ASKPASS") ?? "").isEmpty { return true }
    // Safety: the path is a literal.
    let terminal = unsafe open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
    if terminal >= 0 { _ = close(terminal) }
    return terminal >= 0
  }()
}

extension Destination {
  /// A host as a person or a job reaches it: what ssh and the far end say is shown on stderr, each line
  /// behind the host's name, so that it can pass for nobody else's.
  /// - Parameter isAlone: whether no other ssh of ours runs beside it: two that ask on one terminal would
  ///   each get half of what is typed.
  static func desk(_ host: HostName, isAlone: Bool = true) -> Destination {
    .host(host, mayAsk: isAlone && HostNaming.mayAsk) { line in
      // What ssh says while there is a screen, the fault of the connection says in other words.
      if RawTerminal.isTaken { return }
      Console.show(["\(host.text): \(PlainText.shown(line))"])
    }
  }
}
