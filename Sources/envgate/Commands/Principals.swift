import ArgumentParser

/// `envgate principal …`
struct Principals: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "principal",
    abstract: "Look where somebody is named, and take them out.",
    subcommands: [PrincipalShow.self, PrincipalRemoveCommand.self])
}
