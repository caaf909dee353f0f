import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate watch`
struct Watch: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Follow the requests that wait; on a terminal, open one and answer it.",
    discussion: """
      On a terminal: a live list. Enter opens a request, and only there a approves and r rejects it, each \
      after a further question. Elsewhere: a line for each request that waits, then one for each change; \
      with --json an object a line, for notifiers, which come back with --after and miss nothing.

      Examples:
        envgate watch
        envgate watch -e production
        envgate watch --json | jq -r .request.claimed.reason
        envgate watch --host build1 --host build2
      """)

  @Option(
    name: [.customShort("e"), .customLong("environment")],
    help: ArgumentHelp("Only requests of this environment.", valueName: "environment"),
    completion: .environments)
  var environment: String?

  @Flag(help: "Print JSON Lines: one object a change.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Begin behind this change, the sequence of the last line that was read, without a list.",
      valueName: "sequence"))
  var after: Int64?

  @OptionGroup var hosts: HostsOptions

  func validate() throws {
    if let after, after < 0 { throw ValidationError("--after is the sequence of a change") }
  }

  func run() throws {
    let environment = try environment.map { try EnvironmentName(argument: $0) }
    let destinations = try hosts.destinations
    if after != nil, destinations.count > 1 {
      throw CommandFault(
        .usage, "--after is a number in the record of one vault; watch one host with it")
    }
    let isForPerson = !json && after == nil && Console.hasWholeTerminal
    let places = destinations.map { WatchPlace($0, isOnScreen: isForPerson) }
    let feed = { (place: WatchPlace, post: @escaping @Sendable (FeedMessage) -> Void) in
      WatchFeed(
        place: place, environment: environment, start: after, isForPerson: isForPerson, post: post)
    }
    if isForPerson {
      try WatchSession(places, feed: feed).run()
    } else {
      try WatchLines(places: places, isJSON: json).run(feed: feed)
    }
  }
}
