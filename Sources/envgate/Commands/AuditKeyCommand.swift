import ArgumentParser
import VaultClient
import VaultProtocol

/// `envgate audit key`
struct AuditKeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key",
    abstract: "Print the public key that verifies the audit record, for an auditor to keep.",
    discussion: """
      Keep what this prints outside of the host, as early as you can: a signed head is only as good \
      as the key that verifies it.

      Examples:
        envgate audit key > audit.key
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let answer = try connection.connect().answer(.auditKey, as: AuditKeyView.self)
    try output.print(answer) { view in
      ["public key: \(view.publicKey)", "vault: \(view.vault)"]
        + (view.head.map {
          ["head: record \($0.sequence), \($0.hash), signed \(WallClock.text($0.time))"]
        } ?? [])
    }
  }
}
