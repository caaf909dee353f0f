import ArgumentParser
import VaultServer

/// Puts a backup in the place of a vault, or proves it.
struct Restore: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Restore a backup, or prove that it could be restored.",
    discussion: """
      Everything in the backup is verified before anything is put in place: each encrypted chunk, \
      each sealed row, the whole audit chain with its signature, and that each version opens. Then \
      one rename puts the vault in place. Every request, grant and ticket in it ends. Stop the \
      daemon first, and run it as root or as the daemon's account.

      If the vault of the backup is still there, it keeps its gates, people, deletions and numbers. \
      Only secrets and variables get the values of the backup again, unless that value was \
      destroyed, disabled or deleted since. The vault as it was is kept beside the new one.

      If the state directory is empty or missing, the gates come back as they were on the day of \
      the backup, with the people who were removed since. Without --as-of the command lists them \
      and stops. After the restore an admin confirms each protected environment before anything is \
      activated there.

      The root key opens a backup. If it is lost, the recovery key does, and the command creates a \
      new root key if there is none. With --verify nothing is changed: the backup is unpacked in \
      $TMPDIR (else /var/tmp), and removed again.

      Examples:
        envgated restore --verify --config /etc/envgate/envgated.json envgate.bak
        envgated restore --config /etc/envgate/envgated.json envgate.bak --as-of 2026-11-24
      """)

  @Argument(help: "The backup.", completion: .file()) var backup: String
  @Option(help: "The configuration file; with --verify only for its root key.", completion: .file())
  var config: String?
  @Option(
    help: ArgumentHelp("The file with the recovery key.", valueName: "path"), completion: .file())
  var recoveryKeyFile: String?
  @Option(
    help: ArgumentHelp("Accept the gates of this day: the backup's own.", valueName: "day"))
  var asOf: String?
  @Flag(help: "Prove the backup and change nothing.") var verify = false

  func validate() throws {
    if verify && asOf != nil {
      throw ValidationError("--verify restores nothing: leave out --as-of")
    }
    if verify && config == nil && recoveryKeyFile == nil {
      throw ValidationError("--verify needs a key: add --config or --recovery-key-file")
    }
    if !verify && config == nil { throw ValidationError("missing --config <config>") }
  }

  func run() throws {
    if verify {
      throw ExitCode(
        Daemon.verify(configuration: config, backup: backup, recovery: recoveryKeyFile))
    }
    throw ExitCode(
      Daemon.restore(
        configuration: config ?? "", backup: backup, recovery: recoveryKeyFile, asOf: asOf))
  }
}
