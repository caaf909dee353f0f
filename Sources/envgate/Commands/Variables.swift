import ArgumentParser

/// `envgate variable …`
struct Variables: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "variable",
    abstract: "Set, list and delete the variables of an environment, which are not secret.",
    subcommands: [VariableSetCommand.self, VariableListCommand.self, VariableDeleteCommand.self])
}
