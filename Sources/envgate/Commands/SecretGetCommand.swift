import ArgumentParser

/// `envgate secret get NAME -e ENV`
struct SecretGetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Print a secret's bytes, with nothing added.",
    discussion: """
      In a protected environment this makes a request, waits for the reviewers, reads, and ends the \
      grant. A terminal gets a value only with --reveal.

      Other formats than raw print the value with its name, and refuse a value that they could not carry \
      byte for byte. With eval, keep the exit code: line=$(envgate secret get KEY -e dev --format shell) \
      && eval "$line". There is no --json here: --format json is it.

      Examples:
        envgate secret get AZURE_CREDENTIALS -e development > sp.json
        envgate secret get AZURE_CREDENTIALS -e production --field clientId
        envgate secret get TOKEN -e production --reason "look-up" --timeout 10m
      """)

  @Argument(help: "The secret.", completion: .secrets) var name: String
  @OptionGroup var environment: EnvironmentOption

  @Option(
    help: ArgumentHelp(
      "Print this member of a JSON object: a string as its text, else its JSON.", valueName: "name")
  )
  var field: String?

  @Option(
    help: ArgumentHelp(
      "How to print it: raw (the bytes alone), json (as the wire has it), shell (NAME='...', for eval), "
        + "dotenv (a line of such a file), github-env (for the file $GITHUB_ENV).",
      valueName: "format"))
  var format = SecretFormat.raw

  @Flag(help: "Print to a terminal, too.")
  var reveal = false

  // What other commands have: the parser would take it for the nearest of its own options.
  @Flag(help: .hidden)
  var json = false

  @OptionGroup var request: RequestOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    if json { throw ValidationError("--json is --format json here") }
  }

  var job: SecretGetJob {
    SecretGetJob(
      name: name, environment: environment.text, field: field, format: format, reveals: reveal,
      request: request.terms, address: connection.address)
  }

  func run() throws { try job.run() }
}
