import ArgumentParser

/// `envgate secret get NAME -e ENV`
struct SecretGetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Print the exact bytes of a secret.",
    discussion: """
      In a protected environment this command makes a request, waits for the reviewers, reads the \
      secret, and closes the grant. It prints to a terminal only with --reveal.

      Every format except raw prints the value with its name, and refuses a value that it cannot \
      carry byte for byte. With eval, keep the exit code: line=$(envgate secret get KEY -e dev \
      --format shell) && eval "$line". For JSON use --format json.

      Examples:
        envgate secret get AZURE_CREDENTIALS -e development > sp.json
        envgate secret get AZURE_CREDENTIALS -e production --field clientId
        envgate secret get TOKEN -e production --reason "look-up" --timeout 10m
      """)

  @Argument(help: "The secret.", completion: .secrets) var name: String
  @OptionGroup var environment: EnvironmentOption

  @Option(
    help: ArgumentHelp(
      "Print this member of a JSON object: a string as text, another value as JSON.",
      valueName: "name")
  )
  var field: String?

  @Option(
    help: ArgumentHelp(
      "The output: raw (only the bytes), json (as in the protocol), shell (NAME='...', for eval), "
        + "dotenv (a line of a .env file), github-env (for the file $GITHUB_ENV).",
      valueName: "format"))
  var format = SecretFormat.raw

  @Flag(help: "Allow printing to a terminal.")
  var reveal = false

  // What other commands have: the parser would take it for the nearest of its own options.
  @Flag(help: .hidden)
  var json = false

  @OptionGroup var request: RequestOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    if json { throw ValidationError("secret get has no --json; use --format json") }
  }

  var job: SecretGetJob {
    SecretGetJob(
      name: name, environment: environment.text, field: field, format: format, reveals: reveal,
      request: request.terms, address: connection.address)
  }

  func run() throws { try job.run() }
}
