import ArgumentParser
import VaultServer

@main
enum Main {
  // Not by itself: it would look for the arguments in /proc.
  static func main() { Envgated.main(StartArguments.all) }
}

/// The root of all commands.
struct Envgated: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "envgated",
    abstract:
      "Keep the secrets of environments and release them when a gate is satisfied.",
    usage: """
      envgated --config <file> [--check]
      envgated <subcommand> --config <file>
      """,
    discussion: """
      Runs in the foreground until SIGTERM.

        --config <file>   the configuration file
        --check           validate that file and exit

      Exit codes: \(DaemonExit.allCases.map { "\($0.rawValue) \($0.meaning)" }.joined(separator: "; ")).

      Examples:
        envgated --config /etc/envgate/envgated.json --check
        envgated --config /etc/envgate/envgated.json
      """, version: ServerVersion.text, subcommands: [Serve.self, Init.self, ResetClock.self],
    defaultSubcommand: Serve.self)
}

/// Runs the daemon.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Run the daemon (the default).", shouldDisplay: false)

  @Option(help: "The configuration file.", completion: .file()) var config: String
  @Flag(help: "Validate the configuration and exit.") var check = false

  func run() throws {
    if check {
      throw ExitCode(Daemon.check(configuration: config))
    }
    throw ExitCode(Daemon.run(configuration: config))
  }
}

/// Makes a vault.
struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Create the state directory and, if there is none, the root key.",
    discussion: """
      It changes nothing that exists already. Anybody who has the root key and the state directory can \
      read every secret, and without the root key nobody can. Keep a copy of it offline.

      Examples:
        envgated init --config /etc/envgate/envgated.json
      """)

  @Option(help: "The configuration file.", completion: .file()) var config: String

  func run() throws {
    throw ExitCode(Daemon.initialize(configuration: config))
  }
}

/// Takes the host's clock for right.
struct ResetClock: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset-clock",
    abstract: "Accept the host's clock as it is now, and end all requests and grants.",
    discussion: """
      Use this if the vault has recorded a later time than now: it then refuses calls after each \
      boot until the clock has run for 15 minutes. Set the host's clock and stop the daemon first. \
      Every live request and grant ends, and the audit record names the account that ran this. Run \
      it as root or as the daemon's account.

      Examples:
        systemctl stop envgated
        envgated reset-clock --config /etc/envgate/envgated.json
      """)

  @Option(help: "The configuration file.", completion: .file()) var config: String

  func run() throws {
    throw ExitCode(Daemon.resetClock(configuration: config))
  }
}
