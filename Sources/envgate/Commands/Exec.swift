import ArgumentParser
import SecretMemory
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate exec -e ENV -- COMMAND …`
struct Exec: ParsableCommand {
  static let name = "exec"

  static let configuration = CommandConfiguration(
    commandName: name,
    abstract: "Ask for secrets, wait, and run a command with them in its environment.",
    discussion: """
      The environment's variables come with its secrets. Exits with the command's own code, 128 and the \
      number of a signal that killed it, 126 or 127 where it cannot be run or found, and 125 for every \
      failure of envgate's own.
      """)

  @OptionGroup var environment: EnvironmentOption

  @Option(
    name: [.customShort("s"), .customLong("secret")],
    help: ArgumentHelp("A secret; repeat it. All of them where none is named.", valueName: "name"))
  var secrets: [String] = []

  @Flag(name: .customLong("override"), help: "Replace variables that are already there.")
  var overriding = false

  @OptionGroup var request: RequestOptions
  @OptionGroup var connection: ConnectionOptions

  @Argument(parsing: .postTerminator, help: "The command and its arguments, behind --.")
  var command: [String] = []

  func validate() throws {
    if command.isEmpty { throw ValidationError("name a command behind --") }
  }

  func run() throws {
    let names = try secrets.map { try SecretName(argument: $0) }
    let environment = try environment.name
    let flow = try RequestFlow(path: connection.path, deadline: request.deadline)
    let made = try flow.begin(
      request, in: environment, secrets: names.isEmpty ? nil : names, command: command,
      delivery: "env")
    // Before anybody is bothered with it.
    if !overriding {
      let variables = try flow.connection.variables(of: environment).items
      try ChildEnvironment.requireAbsent(made.secrets.map(\.name) + variables.map(\.name))
    }
    let active = try flow.activate(made)
    throw ChildEnded(code: try runChild(active, flow).code)
  }

  private func runChild(_ active: RequestView, _ flow: RequestFlow) throws -> ChildProcess.End {
    let end: ChildProcess.End
    do {
      end = try start(active, flow).wait(whileRunning: flow.keeper(of: active))
    } catch {
      flow.abandon(active)
      throw error
    }
    do {
      try flow.close(active, end == .exited(0) ? .success : .failure)
    } catch {
      // The command has run; its code is what counts. The vault ends the grant by itself.
      Console.note("the outcome of request \(active.id) could not be told to the vault")
    }
    return end
  }

  /// Starts the command. What was read is wiped when this returns: the child has its own copy.
  private func start(_ active: RequestView, _ flow: RequestFlow) throws -> ChildProcess {
    let settings = try flow.settings(of: active)
    let values = try flow.read(active) + settings.variables
    // The lifeline is ours until the child has its own copy, and goes with this function.
    let lifeline = settings.isExclusive ? try flow.lifeline(of: active) : nil
    return try withExtendedLifetime(lifeline) {
      try ChildProcess(
        ProcessContext.lastArguments(command.count),
        try ChildEnvironment(values, overriding: overriding), lifeline: lifeline?.descriptor)
    }
  }
}
