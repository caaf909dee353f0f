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
      """, version: Daemon.version,
    subcommands: [
      Serve.self, Init.self, RecoveryKey.self, RotateRoot.self, Restore.self, ResetClock.self,
    ],
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

      On a terminal it also makes a recovery key, and prints it once. Elsewhere it makes one only with \
      --recovery-key-file; envgated recovery-key makes one later.

      Examples:
        envgated init --config /etc/envgate/envgated.json
        envgated init --config /etc/envgate/envgated.json --no-recovery-key
      """)

  @Option(help: "The configuration file.", completion: .file()) var config: String

  @Option(
    help: ArgumentHelp("Write the recovery key to a new file.", valueName: "path"),
    completion: .file())
  var recoveryKeyFile: String?
  @Flag(help: "Make no recovery key, even on a terminal.") var noRecoveryKey = false

  func validate() throws {
    if noRecoveryKey, recoveryKeyFile != nil {
      throw ValidationError("--no-recovery-key and --recovery-key-file exclude each other")
    }
  }

  func run() throws {
    throw ExitCode(
      Daemon.initialize(
        configuration: config,
        recoveryKey: noRecoveryKey ? nil : RecoveryKeyPlace(file: recoveryKeyFile)))
  }
}

/// Makes what opens backups where the root key is lost.
struct RecoveryKey: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recovery-key",
    abstract: "Make a recovery key, and print it once.",
    discussion: """
      A recovery key opens backups if the root key is lost. Keep it off this host, with people who \
      are not admins: with it and a backup anybody can read every secret. Without one, a lost root key \
      loses everything.

      Stop the daemon first, and run this as root or as the daemon's account. A new recovery key \
      replaces the older one, which still opens the backups made until then. The audit record names \
      the account that ran this.

      Examples:
        systemctl stop envgated
        envgated recovery-key --config /etc/envgate/envgated.json --recovery-key-file /run/recovery.key
      """)

  @Option(help: "The configuration file.", completion: .file()) var config: String
  @Option(
    help: ArgumentHelp("Write the key to a new file.", valueName: "path"), completion: .file())
  var recoveryKeyFile: String?

  func run() throws {
    guard let place = RecoveryKeyPlace(file: recoveryKeyFile) else {
      throw ValidationError(
        "standard output is not a terminal; name a file for the key with --recovery-key-file")
    }
    throw ExitCode(Daemon.makeRecoveryKey(configuration: config, to: place))
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
