import ArgumentParser

/// `envgate exec -e ENV -- COMMAND …`
struct Exec: ParsableCommand {
  static let name = "exec"

  static let configuration = CommandConfiguration(
    commandName: name,
    abstract: "Ask for secrets, wait, and run a command with them.",
    discussion: """
      The environment's variables come with its secrets. Exits with the command's own code, 128 and the \
      number of a signal that killed it, 126 or 127 where it cannot be run or found, and 125 for every \
      failure of envgate's own. With --exit-codes such a failure has the code that other commands have: 75 \
      means that nothing ran, that nothing waits any more, and that the same line may pass later.

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
      "A secret; repeat it. All of them where none is named. NAME=VARIABLE hands it over as that variable, "
        + ":FORM in that form instead of --as.", valueName: "name[=variable][:form]"),
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
