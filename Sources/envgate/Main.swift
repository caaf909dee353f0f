import ArgumentParser
import Glibc
import VaultCalls
import VaultClient
import VaultProtocol

@main
enum Main {
  static func main() {
    ProcessContext.prepare()
    let arguments = ProcessContext.arguments
    do {
      if let job = JobLine.job(arguments) {
        try job.run()
      } else {
        var command = try Envgate.command(arguments)
        try command.run()
      }
      exit(ExitStatus.done.rawValue)
    } catch {
      let hint = Suggestion.hint(for: error, arguments)
      exit(Failure(error, isExec: Exec.hidesReasons(arguments), hint: hint).tell())
    }
  }
}

/// The root of all commands.
struct Envgate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "envgate",
    abstract: "Give a job the secrets of an environment after its reviewers approve.",
    discussion: """
      envgate --version prints the version. Every command has its own help: envgate COMMAND --help.

      Examples:
        envgate exec -e production -- ./deploy.sh
        envgate watch
        envgate approve 42
        envgate doctor
      """,
    subcommands: [
      Status.self, Environments.self, Principals.self, Secrets.self, Variables.self, Exec.self,
      Requests.self, Watch.self, Approve.self, Reject.self, Revoke.self, History.self,
      ReportCommand.self, Audit.self, Keys.self, BackupCommand.self, Doctor.self, Proxy.self,
    ])

  /// By each alias of a command its name.
  static var aliases: [String: String] {
    var names: [String: String] = [:]
    for command in configuration.subcommands {
      for alias in command.configuration.aliases { names[alias] = command._commandName }
    }
    return names
  }

  /// Reads the command line.
  ///
  /// The program's version is ours to print. ArgumentParser, told of it, would answer every mistake in a
  /// command that takes a secret's `--version` with the program's, and exit with 0: a destroy that was
  /// never made would look done.
  static func command(_ arguments: [String]) throws -> any ParsableCommand {
    if arguments == ["--version"] { throw CleanExit.message(EnvgateVersion.text) }
    let words = try MaskOption.apart(arguments)
    let command = try parseAsRoot(words)
    try RepeatedOption.refuse(in: words, of: command)
    return command
  }
}
