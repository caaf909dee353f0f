import ArgumentParser

/// `envgate secret …`
struct Secrets: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "secret",
    abstract: "Set, list and read the secrets of an environment.",
    subcommands: [
      SecretCreateCommand.self, SecretSetCommand.self, SecretGetCommand.self,
      SecretListCommand.self,
      SecretVersionsCommand.self, SecretDisableCommand.self, SecretEnableCommand.self,
      SecretDestroyCommand.self, SecretRollbackCommand.self, SecretDeleteCommand.self,
      SecretImportCommand.self,
    ])
}
