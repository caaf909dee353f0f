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
    abstract: "Ask for secrets, wait, and run a command with them.",
    discussion: """
      The environment's variables come with its secrets. Exits with the command's own code, 128 and the \
      number of a signal that killed it, 126 or 127 where it cannot be run or found, and 125 for every \
      failure of envgate's own.

      Examples:
        envgate exec -e production -- ./deploy.sh
        envgate exec -e production -s AZURE_CREDENTIALS --timeout 30m -- make
        envgate exec -e production --request 42 --ticket-file t -- ./step-2.sh
      """)

  @OptionGroup var environment: EnvironmentOption

  @Option(
    name: [.customShort("s"), .customLong("secret")],
    help: ArgumentHelp("A secret; repeat it. All of them where none is named.", valueName: "name"),
    completion: .secrets)
  var secrets: [String] = []

  @OptionGroup var delivery: DeliveryOptions
  @OptionGroup var masking: MaskOption
  @OptionGroup var request: RequestOptions
  @OptionGroup var connection: ConnectionOptions

  @Argument(
    parsing: .postTerminator, help: "The command and its arguments, behind --.",
    completion: .file())
  var command: [String] = []

  func validate() throws {
    if command.isEmpty { throw ValidationError("name a command behind --") }
    if delivery.field != nil, secrets.isEmpty {
      throw ValidationError("--field is of the secrets that -s names")
    }
    if delivery.replaces, masking.mask == .output {
      throw ValidationError(
        "--mask stands between a command and its output, and --replace leaves nobody there")
    }
  }

  func run() throws {
    let status = try delivery.statusFile.map { try StatusFile($0) }
    let end: ChildProcess.End
    do { end = try perform(status) } catch {
      status?.write(Failure(error, isExec: true))
      throw error
    }
    status?.write(end)
    throw ChildEnded(code: end.code)
  }

  private func perform(_ status: StatusFile?) throws -> ChildProcess.End {
    if masking.mask == .github { try Console.requireRunner() }
    let names = try secrets.map { try SecretName(argument: $0) }
    let environment = try environment.name
    let plan = try DeliveryPlan(delivery.form, field: delivery.field, named: names)
    let flow = try RequestFlow(to: connection.destination, deadline: request.deadline)
    flow.ahead.isWanted = true
    let made = try flow.begin(
      request, in: environment, secrets: names.isEmpty ? nil : names, command: command,
      delivery: plan.claim)
    // Before anybody is bothered with it.
    let settings = try flow.settings(of: made)
    try plan.requireFit(
      secrets: names.isEmpty ? try made.secrets.map { try SecretName(argument: $0.name) } : names,
      settings: settings.variables.map(\.name), overriding: delivery.overriding)
    let active = try flow.activate(made)
    let ran: (end: ChildProcess.End, lost: CommandFault?)
    do {
      // A job that waited gets what stands there now.
      let settings = flow.hasWaited ? try flow.settings(of: active) : settings
      if delivery.replaces { try replace(active, plan, settings, flow, status) }
      ran = try runChild(active, plan, settings, flow)
    } catch {
      flow.abandon(active)
      throw error
    }
    if let lost = ran.lost {
      // The command would have failed on it: it wrote to us instead, and knows of nothing.
      if ran.end == .exited(0) { throw lost }
      Console.note(lost.sentence)
    }
    return ran.end
  }
}
