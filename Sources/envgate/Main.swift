import ArgumentParser
import Glibc
import VaultClient
import VaultProtocol

@main
enum Main {
  static func main() {
    ProcessContext.prepare()
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      var command = try Envgate.parseAsRoot(arguments)
      try command.run()
      exit(ExitStatus.done.rawValue)
    } catch {
      exit(Failure(error, isExec: arguments.first == Exec.name).tell())
    }
  }
}

/// The root of all commands.
struct Envgate: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "envgate",
    abstract: "Secrets of environments, released to a job once its gate is satisfied.",
    version: version,
    subcommands: [
      Status.self, Environments.self, Principals.self, Secrets.self, Variables.self, Exec.self,
      Requests.self, Approve.self, Reject.self, Revoke.self, History.self, Audit.self,
    ])
}
