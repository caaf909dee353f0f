import ArgumentParser

/// `envgate environment …`
struct Environments: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "environment",
    abstract: "Create, show, edit and delete environments and their gates.",
    subcommands: [
      EnvironmentCreateCommand.self, EnvironmentListCommand.self, EnvironmentShow.self,
      EnvironmentEditCommand.self, EnvironmentDeleteCommand.self,
    ],
    aliases: ["env"])
}
