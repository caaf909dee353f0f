import ArgumentParser

/// `envgate secret …`
struct Secrets: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "secret",
    abstract: "Set, list and read the secrets of an environment.",
    subcommands: [SecretSetCommand.self, SecretListCommand.self, SecretGetCommand.self])
}
