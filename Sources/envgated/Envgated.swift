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
      "Keeps environment secrets, and lets them go when the environment's gate is satisfied.",
    usage: """
      envgated --config <file> [--check]
      envgated <subcommand> --config <file>
      """,
    discussion: """
      Runs in the foreground until SIGTERM.

        --config <file>   the configuration file
        --check           validate that file and exit

      Exit codes: 0 stopped, 64 usage, 65 the vault is damaged or \
      the root key is another vault's, 69 the socket or the state directory is in use, 70 a fault of \
      ours, 78 the configuration.

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
    abstract: "Make the state directory and, where there is none, the root key.",
    discussion: """
      Refuses to touch what exists.

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
    abstract: "Go by the host's clock as it is now, and end all requests and grants.",
    discussion: """
      For a vault that has gone by a later time than now, and refuses after each boot until the clock has \
      stood for 15 minutes. Set the host's clock first, and stop the daemon. Every live request and grant \
      ends, and the record says who did it. Run it as root, or as the daemon's account.

      Examples:
        systemctl stop envgated
        envgated reset-clock --config /etc/envgate/envgated.json
      """)

  @Option(help: "The configuration file.", completion: .file()) var config: String

  func run() throws {
    throw ExitCode(Daemon.resetClock(configuration: config))
  }
}
