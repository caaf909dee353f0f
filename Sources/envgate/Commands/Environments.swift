import ArgumentParser

/// `envgate environment …`
struct Environments: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "environment",
    abstract: "Create environments and look at their gates.",
    subcommands: [
      EnvironmentCreateCommand.self, EnvironmentListCommand.self, EnvironmentShow.self,
    ],
    aliases: ["env"])
}
