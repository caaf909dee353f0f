import ArgumentParser
import VaultClient

/// `envgate doctor`
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check the daemon, this session and this host, and say what to fix.",
    discussion: """
      It changes nothing, and works without a daemon and without a role. It checks the daemon and \
      its protocol, the disk and the memory of the vault, your roles, and the groups of this \
      session. It checks the socket and its folders, the place of the root key, runners that can \
      become root, the clock and the kernel. For an admin it also checks requesters that can \
      become root, and principals whose account name and uid no longer match.

      It prints one line for each check: ok, warn or fail, and what to do. A check that could not \
      run is a warn. It exits with 0 if no check failed, with 69 if no daemon answers, and with 78 \
      if another check failed.

      Examples:
        envgate doctor
        envgate doctor --json | jq -r '.[] | select(.verdict != "ok") | .sentence'
      """)

  @Option(
    help: ArgumentHelp("The daemon's configuration file.", valueName: "path"),
    completion: .file())
  var config = ConfigurationFacts.usualPath

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let daemon = DaemonCheckup(connection)
    var findings = daemon.findings
    // What else is looked at is of this host, where somebody may have come from ssh, too.
    if try connection.destination.host == nil {
      findings += SocketCheckup.findings(DaemonAddress.path(connection.socket.path))
    }
    findings.append(SessionCheckup.finding())
    let facts = ConfigurationFacts(config)
    findings +=
      facts.map { KeyCheckup.findings(config, $0) }
      ?? [KeyCheckup.unread(config)]
    findings +=
      RunnerCheckup(
        named: facts?.serviceAccounts ?? [],
        requesters: try connection.destination.host == nil
          ? daemon.requesters : .failure(.init(why: "the daemon is on another host"))
      ).findings
    findings.append(ClockCheckup.finding())
    findings.append(KernelCheckup.finding())
    if daemon.isAdmin, daemon.fault == nil, let connection = daemon.connection {
      findings.append(StaleCheckup.finding(connection, daemon.environments))
    }
    if daemon.fault == nil, let connection = daemon.connection, !daemon.environments.isEmpty {
      findings.append(NameCheckup.finding(connection, daemon.environments))
      findings += RotationCheckup.finding(connection, daemon.environments).map { [$0] } ?? []
      findings += StandingCheckup.finding(connection).map { [$0] } ?? []
    }
    try output.print(findings)
    if let fault = daemon.fault { throw fault }
    let failed = findings.filter { $0.verdict == .fail }.count
    if failed > 0 {
      throw CommandFault(
        .doctorFailed, "\(Counted.text(Int64(failed), "check")) failed; see above")
    }
  }
}
