import ArgumentParser

/// `envgate request …`
struct Requests: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "request",
    abstract: "Ask for secrets, look at requests and what they wait for, and end them.",
    subcommands: [
      RequestCreateCommand.self, RequestListCommand.self, RequestShow.self,
      RequestWaitCommand.self, RequestCancelCommand.self, RequestActivateCommand.self,
      RequestCloseCommand.self,
    ])
}
