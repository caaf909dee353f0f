import ArgumentParser

/// `envgate variable …`
struct Variables: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "variable",
    abstract: "Set and list an environment's settings that are no secrets.",
    subcommands: [VariableSetCommand.self, VariableListCommand.self, VariableDeleteCommand.self])
}
