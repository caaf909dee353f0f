import ArgumentParser
import SecretMemory
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

  @Flag(help: "Print to a terminal, too.")
  var reveal = false

  @OptionGroup var request: RequestOptions
  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    // Before anything is asked for: nobody should approve what is then not shown.
    if Console.isTerminal, !reveal {
      throw CommandFault(
        "terminal.refused", "stdout is a terminal; say --reveal to show the value, or redirect it")
    }
    let value = try value(SecretName(argument: name), of: environment.name)
    try Console.print(value: try field.map { try FieldReader.field($0, of: value) } ?? value)
  }

  private func value(_ name: SecretName, of environment: EnvironmentName) throws -> SecretBuffer {
    if request.isMadeEarlier { return try requested(name, environment) }
    do {
      return try connection.connect().call(
        .secretGet(SecretGet(environment: environment, name: name)), as: SecretValueView.self
      ).secret.value
    } catch let error as WireError where error.known == .gateRequired {
      return try requested(name, environment)
    }
  }

  private func requested(
    _ name: SecretName, _ environment: EnvironmentName
  ) throws -> SecretBuffer {
    let flow = try RequestFlow(path: connection.path, deadline: request.deadline)
    let made = try flow.begin(request, in: environment, secrets: [name], delivery: "read")
    let active = try flow.activate(made)
    let value: SecretBuffer
    do { value = try flow.read(name, of: active) } catch {
      flow.abandon(active)
      throw error
    }
    try flow.close(active, .success)
    return value
  }
}
