import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate principal show P`
struct PrincipalShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show every rule and role of somebody, and what is open of theirs.",
    discussion: """
      A place is stale where the name and the number that it had then belong together no longer: it \
      satisfies nothing.
      """)

  @Argument(help: ArgumentHelp("Who: user:NAME, group:NAME, uid:N or gid:N.", valueName: "P"))
  var principal: String
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let name = try PrincipalName(argument: principal)
    let list = try connection.connect().list(of: PrincipalPlaceView.self) { after, limit in
      .principalGet(PrincipalGet(principal: name, after: after, limit: limit))
    }
    try output.print(list) { places in
      var table = Table("WHERE", "AS", "NAMED", "REQUESTS", "REVIEWED")
      for place in places { place.add(to: &table) }
      return table
    }
    if list.items.isEmpty, !output.json {
      Console.note("\(name.text) is named nowhere and has nothing open")
    }
  }
}

extension PrincipalPlaceView {
  fileprivate func add(to table: inout Table) {
    func numbers(_ ids: [Int64]) -> String {
      ids.isEmpty ? "-" : ids.map { "\($0)" }.joined(separator: " ")
    }
    table.add(
      .init(environment ?? "the configuration"),
      .init(roles.isEmpty ? "-" : roles.joined(separator: ", ")),
      .init(
        stored.isEmpty ? "-" : stored + (isStale ? ": stale" : ""), isStale ? .bad : .plain),
      .init(numbers(requests)), .init(numbers(reviews)))
  }
}
