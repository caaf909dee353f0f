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
      """)

  @Argument(help: "The secret.") var name: String
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
    let connection = try connection.connect()
    do {
      return try connection.call(
        .secretGet(SecretGet(environment: environment, name: name)), as: SecretValueView.self
      ).secret.value
    } catch let error as WireError where error.known == .gateRequired {
      return try requested(name, environment, connection)
    }
  }

  private func requested(
    _ name: SecretName, _ environment: EnvironmentName, _ connection: Connection
  ) throws -> SecretBuffer {
    let flow = RequestFlow(connection: connection, deadline: request.deadline)
    let made = try flow.create(
      RequestCreate(
        environment: environment, secrets: [name], context: request.context(delivery: "read"),
        attended: true))
    let active = try flow.activate(made)
    let values: [(name: SecretName, value: SecretBuffer)]
    do { values = try flow.read(active) } catch {
      flow.abandon(active)
      throw error
    }
    try flow.close(active, .success)
    guard let value = values.first(where: { $0.name == name })?.value else {
      throw CommandFault("secret.missing", "\(name.text) did not come; nothing was printed")
    }
    return value
  }
}
