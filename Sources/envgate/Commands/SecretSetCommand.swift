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
      The value comes from stdin, from --file, or from a prompt on the terminal; never from the command \
      line, which every account on the host can read. At the prompt a value of several lines can be pasted. \
      With several hosts the value is read once and set on each. Where one host fails the others keep \
      what was set.

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
    help: ArgumentHelp("Take every byte of this file; - is stdin.", valueName: "path"),
    completion: .file())
  var file: String?

  @Flag(help: "Keep the newline at the end of stdin, which is dropped otherwise.")
  var raw = false

  @Flag(help: "Allow a value without a byte.")
  var allowEmpty = false

  @Option(
    help: ArgumentHelp(
      "Only if this is the current version; 0 if there is none yet.", valueName: "N"))
  var cas: Int64?

  @Flag(
    help: ArgumentHelp(
      "The older versions have leaked: disable them, revoke the grants that hold one, and say who "
        + "read them."))
  var revokePrevious = false

  @OptionGroup var hosts: HostsOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if !misplaced.isEmpty || name.contains("=") {
      throw ValidationError(
        "a value does not belong on the command line, which every account on the host can read: give it on "
          + "stdin, by --file, or at the prompt (and change it, if it was a real one)")
    }
    if file != nil, raw {
      throw ValidationError("--file takes every byte already; --raw is for stdin")
    }
    if let cas, cas < 0 { throw ValidationError("--cas is a version, or 0") }
  }

  func run() throws {
    let name = try SecretName(argument: name)
    let environment = try environment.name
    let value = try value(of: name)
    if value.count == 0, !allowEmpty {
      throw CommandFault(.valueEmpty, "the value is empty; say --allow-empty if it is meant so")
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
      try connection.answer(.environmentGet(EnvironmentGet(name: name)), as: EnvironmentView.self)
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
