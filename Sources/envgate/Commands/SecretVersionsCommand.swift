import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate secret versions NAME -e ENV`
struct SecretVersionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "versions",
    abstract: "List a secret's versions and who has read each, never a value.")

  @Argument(help: "The secret.") var name: String
  @OptionGroup var environment: EnvironmentOption
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let name = try SecretName(argument: name)
    let environment = try environment.name
    let list = try connection.connect().list(of: SecretVersionView.self) { after, limit in
      .secretVersions(
        SecretVersions(environment: environment, name: name, after: after, limit: limit))
    }
    try output.print(list) { versions in
      var table = Table("VERSION", "STATE", "SET", "BY", "PINNED", "READ BY")
      for version in versions {
        table.add(
          .init("\(version.version)\(version.isCurrent ? " (current)" : "")"),
          .init(version.state, version.state == "enabled" ? .plain : .bad),
          .init(WallClock.text(version.created)), .init("uid \(version.createdBy)"),
          .init(version.pinned == 0 ? "-" : "\(version.pinned)"), .init(version.readersInWords))
      }
      return table
    }
  }
}

extension SecretVersionView {
  fileprivate var readersInWords: String {
    if readers.isEmpty { return "-" }
    let named = readers.map {
      "\(AccountView(uid: $0.uid, account: $0.account).text) x\($0.count)"
    }
    return named.joined(separator: ", ") + (moreReaders > 0 ? " and \(moreReaders) more" : "")
  }
}
