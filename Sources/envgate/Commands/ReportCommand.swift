import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate report -e ENV --html FILE`
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write one page about an environment, for an auditor.",
    discussion: """
      The page says who read what under whose approval, reads without a request included. It also \
      says what the gate is, how it changed, how old each secret is, and how to verify the record. \
      It is one file without scripts, links or images, for a browser or a printer. What people wrote is \
      marked as claimed, in quotes, and cut after 300 characters.

      Only an auditor or an admin may make it. The file has mode 0600, and exists only when it is \
      complete. With - envgate writes it to stdout, which must not be a terminal.

      Examples:
        envgate report -e production --html production.html
        envgate report -e production --since 30d --html report.html --overwrite
      """)

  @OptionGroup var environment: EnvironmentOption

  @Option(
    help: ArgumentHelp(
      "Only what happened since then: 90m, 7d, or a day such as 2026-01-31.", valueName: "time"))
  var since: SinceTime?

  @Option(
    help: ArgumentHelp("The file for the page, or - for stdout.", valueName: "file"),
    completion: .file())
  var html: String

  @Flag(help: "Replace the file if it exists.") var overwrite = false
  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    let name = try environment.name
    let target = try OutputFile(html, of: .report, overwrites: overwrite)
    let now = WallClock.now
    let destination = try connection.destination
    let facts = try ReportFacts(
      of: name, since: since?.milliseconds(now: now), Connection(destination),
      isLocal: destination.host == nil, now: now)
    try target.append(ReportPage(facts: facts).bytes)
    try target.finish()
  }
}
