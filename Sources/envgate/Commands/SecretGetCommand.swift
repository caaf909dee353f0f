import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

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
      "How to print it: raw (the bytes alone), json (as the wire has it), shell (NAME='…', for eval), "
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

  func run() throws {
    // Before anything is asked for: nobody should approve what is then not shown.
    if Console.isTerminal, !reveal {
      throw CommandFault(
        "terminal.refused", "stdout is a terminal; say --reveal to show the value, or redirect it")
    }
    let name = try SecretName(argument: name)
    let answer = try answer(name, of: environment.name)
    let secret = answer.secret
    // What is printed under a name must be what was asked for under it.
    guard secret.name == name.text else {
      throw ClientFault.replyInvalid("the answer is about the secret that was asked for")
    }
    let value = try field.map { try FieldReader.field($0, of: secret.value) } ?? secret.value
    let shown = SecretValueView(
      environment: try EnvironmentName(argument: answer.environment),
      secret: ReleasedSecret(name: name, version: secret.version, value: value))
    try Console.print(value: try format.text(of: shown))
  }

  private func answer(
    _ name: SecretName, of environment: EnvironmentName
  ) throws -> SecretValueView {
    if request.isMadeEarlier { return try requested(name, environment) }
    do {
      let connection = try connection.connect()
      connection.deadline = request.deadline
      return try connection.call(
        .secretGet(SecretGet(environment: environment, name: name)), as: SecretValueView.self)
    } catch let error as WireError where error.known == .gateRequired {
      return try requested(name, environment)
    }
  }

  private func requested(
    _ name: SecretName, _ environment: EnvironmentName
  ) throws -> SecretValueView {
    let flow = try RequestFlow(to: connection.destination, deadline: request.deadline)
    let made = try flow.begin(request, in: environment, secrets: [name], delivery: "read")
    let active = try flow.activate(made)
    let answer: SecretValueView
    do { answer = try flow.read(name, of: active) } catch {
      flow.abandon(active)
      throw error
    }
    try flow.close(active, .success)
    return answer
  }
}
