import ArgumentParser

/// `envgate principal …`
struct Principals: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "principal",
    abstract: "Show where an account or a group is named, and remove it.",
    subcommands: [PrincipalShow.self, PrincipalRemoveCommand.self])
}
