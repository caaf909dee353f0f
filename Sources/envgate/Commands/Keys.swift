import ArgumentParser

/// `envgate key …`
struct Keys: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key",
    abstract: "Show the vault's keys, and replace them.",
    subcommands: [KeyStatusCommand.self, KeyRotateCommand.self])
}
