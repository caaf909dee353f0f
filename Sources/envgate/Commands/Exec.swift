import ArgumentParser

/// `envgate exec -e ENV -- COMMAND …`
struct Exec: ParsableCommand {
  static let name = "exec"

  static let configuration = CommandConfiguration(
    commandName: name,
    abstract: "Request secrets, wait for approval, and run a command with them.",
    discussion: """
      The command also gets the environment's variables. exec exits with the code of the command, \
      or with 128 plus the number of a signal that killed it. It exits with 126 if the command \
      cannot run, with 127 if it is not found, and with 125 for every failure of envgate's own.

      With --exit-codes such a failure has the code of the other commands. With 75 the command did \
      not run, no request is left waiting, and the same line may work later.

      Examples:
        envgate exec -e production -- ./deploy.sh
        envgate exec -e production -s AZURE_CREDENTIALS --timeout 30m -- make
        envgate exec -e production -s KUBE=KUBECONFIG:file -- ./publish.sh
        envgate exec -e production --request 42 --ticket-file t -- ./step-2.sh
      """)

  @OptionGroup var environment: EnvironmentOption

  @Option(
    name: [.customShort("s"), .customLong("secret")],
    help: ArgumentHelp(
      "Pass this secret; without -s, all secrets. NAME=VARIABLE passes it as that variable, "
        + "and :FORM in that form instead of --as. Repeatable.", valueName: "name[=variable][:form]"
    ),
    completion: .secrets)
  var secrets: [String] = []

  @OptionGroup var delivery: DeliveryOptions
  @OptionGroup var masking: MaskOption
  @OptionGroup var request: RequestOptions
  @OptionGroup var connection: ConnectionOptions

  @Argument(
    parsing: .postTerminator, help: "The command and its arguments, after --.",
    completion: .file())
  var command: [String] = []

  func validate() throws {
    if command.isEmpty { throw ValidationError("no command is named; put the command after --") }
    if delivery.field != nil, secrets.isEmpty {
      throw ValidationError("--field needs -s: name the secrets that have the field")
    }
    if delivery.replaces, masking.mask == .output {
      throw ValidationError(
        "use either --mask or --replace: after --replace no envgate is left to mask the output")
    }
  }

  /// Whether a command line is an `exec` whose own failures all have one code.
  ///
  /// Asked of the words, since a line that cannot be read fails too.
  static func hidesReasons(_ arguments: [String]) -> Bool {
    arguments.first == name && !arguments.prefix { $0 != "--" }.contains("--exit-codes")
  }

  var job: ExecJob {
    ExecJob(
      environment: environment.text, secrets: secrets, delivery: delivery.delivery,
      mask: masking.mask, maskExcept: masking.except, request: request.terms,
      address: connection.address, command: command)
  }

  func run() throws { try job.run() }
}
