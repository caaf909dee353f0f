import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate variable list -e ENV`
struct VariableListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List an environment's variables with their values.",
    discussion: """
      Examples:
        envgate variable list -e production
      """)

  @OptionGroup var environment: EnvironmentOption
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let now = WallClock.now
    let list = try connection.connect().variables(of: try environment.name)
    try output.print(list) { variables in
      var table = Table(of: "variables", .name("NAME"), "VALUE", .whole("UPDATED"), "BY")
      for variable in variables {
        table.add(
          .init(variable.name),
          .init(ForeignText.quoted(variable.value, limit: Console.most(1_000))),
          .init(time: variable.updated, now: now), .init("uid \(variable.updatedBy)"))
      }
      return table
    }
  }
}
