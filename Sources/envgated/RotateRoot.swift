import ArgumentParser
import VaultServer

/// Replaces the root key.
struct RotateRoot: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate-root",
    abstract: "Make the next root key, or put it into its place.",
    discussion: """
      Without --finish it makes a new root key in a file beside the present one, with .next at the end \
      of its name. It prints no key. The daemon may run. An admin then starts the change with envgate \
      key rotate --root, and from then on both keys open the vault.

      When envgate key status shows that the next root key opens everything, stop the daemon and run \
      this with --finish. It puts the new key into its place, and keeps the old one with .old at the \
      end of its name, because that opens the older backups. The next start of the daemon deletes \
      what the old key opened.

      Run it as root. If it is killed, run it again: at every moment the key in its place opens the \
      vault.

      Examples:
        envgated rotate-root --config /etc/envgate/envgated.json
        envgated rotate-root --config /etc/envgate/envgated.json --finish
      """)

  @Option(help: "The configuration file.", completion: .file()) var config: String
  @Flag(help: "Put the next root key into its place.") var finish = false

  func run() throws {
    throw ExitCode(
      finish
        ? Daemon.finishRootKey(configuration: config)
        : Daemon.makeNextRootKey(configuration: config))
  }
}
