import ArgumentParser

/// `envgate audit …`
struct Audit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Read the audit record and verify it.",
    subcommands: [
      AuditListCommand.self, AuditExportCommand.self, AuditKeyCommand.self, AuditVerifyCommand.self,
    ])
}
