import ArgumentParser

@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "envgate-bench",
    abstract: "Measures a running envgated over its socket.",
    subcommands: [Compare.self, Siege.self, SiegeBystander.self, SiegeAttacker.self],
    defaultSubcommand: Compare.self)
}
