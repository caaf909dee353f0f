import ArgumentParser

/// `--all`, and what narrows it, of commands that end one request or many.
struct AllOptions: ParsableArguments {
  @Flag(help: "Every open request that you may end.")
  var all = false

  @Option(
    name: [.customShort("e"), .customLong("environment")],
    help: ArgumentHelp("With --all: only requests of this environment.", valueName: "environment"),
    completion: .environments)
  var environment: String?

  @Option(
    help: ArgumentHelp(
      "With --all: only requests of this account: user:NAME or uid:N.", valueName: "P"),
    completion: .list(["user:", "uid:"]))
  var requester: String?

  func validate() throws {
    if !all, environment != nil || requester != nil {
      throw ValidationError("-e and --requester need --all")
    }
    if let requester, !requester.hasPrefix("user:"), !requester.hasPrefix("uid:") {
      throw ValidationError("--requester takes an account: user:NAME or uid:N")
    }
  }
}
