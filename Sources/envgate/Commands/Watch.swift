import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate watch`
struct Watch: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Follow waiting requests, and answer them on a terminal.",
    discussion: """
      On a terminal this is a live list. Enter opens a request. In an open request, a approves it \
      and r rejects it; envgate asks again before it does so. Requests that you have approved come \
      last. A request whose job is gone shows since when nobody waits.

      Elsewhere envgate prints one line for each waiting request, and then one for each change. \
      With --json each line is an object. A notifier that continues with --after misses no change.

      Examples:
        envgate watch
        envgate watch -e production
        envgate watch --json | jq -r .request.claimed.reason
        envgate watch --host build1 --host build2
      """)

  @OptionGroup var only: OnlyEnvironmentOption

  @Flag(help: "Print JSON Lines: one object for each change.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Start after this change, the sequence of the last line that you read.",
      valueName: "sequence"))
  var after: Int64?

  @OptionGroup var hosts: HostsOptions

  func validate() throws {
    if let after, after < 0 { throw ValidationError("--after takes the sequence of a change") }
  }

  func run() throws {
    let environment = try only.name
    let destinations = try hosts.destinations
    if after != nil, destinations.count > 1 {
      throw CommandFault(
        .usage, "--after is a number in one vault's record; use it with one host")
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
