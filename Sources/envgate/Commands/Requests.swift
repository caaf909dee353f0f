import ArgumentParser

/// `envgate request …`
struct Requests: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "request",
    abstract: "Look at requests and what they wait for.",
    subcommands: [RequestListCommand.self, RequestShow.self])
}
