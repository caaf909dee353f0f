import ArgumentParser
import Glibc
import SecretMemory
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate secret set NAME -e ENV`
struct SecretSetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Set a secret and print its new version.",
    discussion: """
      The value comes from stdin, from --file, or from a prompt on the terminal. It never comes \
      from the command line, which every account on the host can read. envgate reports a newline, \
      a carriage return or a byte order mark that it keeps. You can paste a value of several lines \
      at the prompt.

      With several hosts envgate reads the value once and sets it on each host. If one host fails, \
      the others keep the new version.

      Examples:
        envgate secret set AZURE_CREDENTIALS -e production < sp.json
        envgate secret set TLS_KEY -e production --file key.pem
        envgate secret set TOKEN -e production --revoke-previous
        envgate secret set TOKEN -e production --host build1 --host build2 < token
      """)

  @Argument(help: "The secret.", completion: .secrets) var name: String
  @OptionGroup var environment: EnvironmentOption

  /// What somebody types who expects the value here; never shown.
  @Argument(help: .hidden) var misplaced: [String] = []

  @Option(
    help: ArgumentHelp("Set every byte of this file as the value; - is stdin.", valueName: "path"),
    completion: .file())
  var file: String?

  @Flag(help: "Keep the newline at the end of stdin; otherwise it is dropped.")
  var raw = false

  @Flag(help: "Allow an empty value.")
  var allowEmpty = false

  @Option(
    help: ArgumentHelp(
      "Set it only if this is the current version; 0 means that there is none.", valueName: "N"))
  var cas: Int64?

  @Flag(
    help: ArgumentHelp(
      "After a leak: disable the older versions, revoke grants that hold one, and show who "
        + "read them."))
  var revokePrevious = false

  @OptionGroup var hosts: HostsOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if !misplaced.isEmpty || name.contains("=") {
      throw ValidationError(
        "every account on the host can read the command line, so a value is not allowed there: give it on "
          + "stdin, with --file, or at the prompt; if it was a real value, change it")
    }
    if file != nil, raw {
      throw ValidationError("--raw is for stdin; --file already keeps every byte")
    }
    if let cas, cas < 0 { throw ValidationError("--cas takes the number of a version, or 0") }
  }

  func run() throws {
    let name = try SecretName(argument: name)
    let environment = try environment.name
    let value = try value(of: name)
    if value.count == 0, !allowEmpty {
      throw CommandFault(.valueEmpty, "the value is empty; to set it anyway, add --allow-empty")
    }
    let call = Call.secretSet(
      SecretSet(
        environment: environment, name: name, value: value, cas: cas,
        revokePrevious: revokePrevious))
    let round = try HostRound(try hosts.destinations) { connection in
      try connection.answer(call, as: SecretSetView.self)
    }
    try tell(round, value)
    try round.end()
  }

  private func tell(_ round: HostRound<Answer<SecretSetView>>, _ value: SecretBuffer) throws {
    if output.json { return try output.print(hosted: round.replies, single: !round.isMany) }
    if round.isMany {
      var table = Table("HOST", "VERSION")
      for (host, reply) in round.replies {
        table.add(.init(host?.text ?? ""), .init("\(reply.view.version)"))
      }
      try Console.print(table)
    } else {
      try Console.print(round.replies.map { $0.reply.view.answer(isTerminal: Console.isTerminal) })
    }
    for (host, reply) in round.replies {
      if round.isMany, let host, !reply.view.notes(about: value).isEmpty {
        Console.note("on \(host.text):")
      }
      reply.view.tell(about: value)
    }
  }

  /// Nobody types a value for an environment that no vault has.
  private func requireEnvironment() throws {
    let name = try environment.name
    let round = try HostRound(try hosts.destinations) { connection in
      try connection.answer(.environmentGet(EnvironmentPlace(name: name)), as: EnvironmentView.self)
    }
    if round.replies.isEmpty { try round.end() }
  }

  private func value(of name: SecretName) throws -> SecretBuffer {
    if let file {
      return tellingWhatIsKept(
        file == "-"
          ? try SecretInput.read(STDIN_FILENO, dropsNewline: false)
          : try SecretInput.read(file: file))
    }
    if isatty(STDIN_FILENO) == 1 {
      try requireEnvironment()
      return try TerminalPrompt.ask(for: name)
    }
    return tellingWhatIsKept(try SecretInput.read(STDIN_FILENO, dropsNewline: !raw))
  }

  private func tellingWhatIsKept(_ value: SecretBuffer) -> SecretBuffer {
    if let kept = value.keptInWords { Console.note(kept) }
    return value
  }
}
