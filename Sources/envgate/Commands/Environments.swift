import ArgumentParser

/// `envgate environment …`
struct Environments: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "environment",
    abstract: "Create, edit and delete environments, and look at their gates.",
    subcommands: [
      EnvironmentCreateCommand.self, EnvironmentListCommand.self, EnvironmentShow.self,
      EnvironmentEditCommand.self, EnvironmentDeleteCommand.self,
    ],
    aliases: ["env"])
}
