import ArgumentParser

/// `envgate request …`
struct Requests: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "request",
    abstract: "Make, show, wait for and end requests for secrets.",
    subcommands: [
      RequestCreateCommand.self, RequestListCommand.self, RequestShow.self,
      RequestWaitCommand.self, RequestCancelCommand.self, RequestActivateCommand.self,
      RequestCloseCommand.self,
    ])
}
