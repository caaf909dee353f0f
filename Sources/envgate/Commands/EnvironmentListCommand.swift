import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate environment list`
struct EnvironmentListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the environments in which you have a role.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let list = try connection.connect().list(of: EnvironmentView.self) { after, limit in
      .environmentList(EnvironmentList(after: after, limit: limit))
    }
    try output.print(list) { environments in
      var table = Table("NAME", "PROTECTION", "REQUESTERS", "YOUR ROLES", "REVISION")
      for environment in environments {
        table.add(
          .init(environment.name), .init(environment.protection),
          .init(environment.requesters.joined(separator: ", ")),
          .init(environment.roles.isEmpty ? "-" : environment.roles.joined(separator: ", ")),
          .init("\(environment.revision)"))
      }
      return table
    }
  }
}
