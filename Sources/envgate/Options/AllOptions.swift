import ArgumentParser

/// `--all`, and what narrows it, of commands that end one request or many.
struct AllOptions: ParsableArguments {
  @Flag(help: "Every request that you may end so.")
  var all = false

  @Option(
    name: [.customShort("e"), .customLong("environment")],
    help: ArgumentHelp("Only those of this environment.", valueName: "environment"),
    completion: .environments)
  var environment: String?

  @Option(
    help: ArgumentHelp("Only those of this account: user:NAME or uid:N.", valueName: "P"),
    completion: .list(["user:", "uid:"]))
  var requester: String?

  func validate() throws {
    if !all, environment != nil || requester != nil {
      throw ValidationError("-e and --requester narrow --all")
    }
    if let requester, !requester.hasPrefix("user:"), !requester.hasPrefix("uid:") {
      throw ValidationError("--requester is an account: user:NAME or uid:N")
    }
  }
}
