import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate revoke ID`, `envgate revoke --all`
struct Revoke: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "Revoke an approval or a grant, or all of them.",
    discussion: """
      The job can read nothing more under the grant. It keeps the values that it has already read. \
      If a secret has leaked, use envgate secret set --revoke-previous, which also revokes the \
      grants.

      Examples:
        envgate revoke 42
        envgate revoke --all -e production --requester user:ci
      """)

  @Argument(
    help: ArgumentHelp("The request to revoke.", valueName: "[host:]id"),
    completion: .requests("approved", "active"))
  var id: HostedID?

  @OptionGroup var every: AllOptions
  @OptionGroup var consent: ConsentOptions
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if (id == nil) == !every.all { throw ValidationError("name a request, or use --all instead") }
  }

  func run() throws {
    guard let id else { return try revokeAll() }
    let answer = try connection.connect(for: id).answer(
      .requestRevoke(RequestRevoke(.request(id.number))), as: RequestView.self)
    try output.print(answer) { [PlainText.shown("request \(id.number) is \($0.state)")] }
  }

  private func revokeAll() throws {
    let target = RequestRevoke.Target.all(
      environment: try every.environment.map { try EnvironmentName(argument: $0) },
      requester: try every.requester.map { try PrincipalName(argument: $0) })
    try consent.confirm("Revoke every approval and grant\(place)?")
    let connection = try connection.connect()
    var revoked: [Int64] = []
    var more = true
    do {
      while more {
        let view = try connection.call(
          .requestRevoke(RequestRevoke(target)), as: RevokedView.self)
        revoked += view.revoked
        // A daemon that always said "more" would keep this for ever.
        more = view.more && !view.revoked.isEmpty
      }
    } catch {
      // What was taken back stays so, whatever became of the rest.
      if !revoked.isEmpty { try? tell(revoked) }
      throw error
    }
    try tell(revoked)
  }

  private func tell(_ revoked: [Int64]) throws {
    if output.json {
      let ids = revoked.map { "\($0)" }.joined(separator: ",")
      try Console.print(bytes: Array("{\"revoked\":[\(ids)]}\n".utf8))
    } else {
      try Console.print(
        revoked.isEmpty
          ? ["no approval or grant was open"]
          : ["revoked \(revoked.map { "\($0)" }.joined(separator: ", "))"])
    }
  }

  private var place: String {
    (every.environment.map { " of \(ForeignText.quoted($0, limit: 80))" } ?? "")
      + (every.requester.map { " of \(ForeignText.quoted($0, limit: 80))" } ?? "")
  }
}
