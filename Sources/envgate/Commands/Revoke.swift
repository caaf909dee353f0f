import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate revoke ID`, `envgate revoke --all`
struct Revoke: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "Take an approval or a grant back, or all of them.",
    discussion: """
      A job that holds the grant reads nothing more; what it has read already it keeps. Where a secret \
      has leaked, secret set --revoke-previous does this and more.

      Examples:
        envgate revoke 42
        envgate revoke --all -e production --requester user:ci
      """)

  @Argument(
    help: ArgumentHelp("The request's number.", valueName: "[host:]id"),
    completion: .requests("approved", "active"))
  var id: HostedID?

  @OptionGroup var every: AllOptions
  @OptionGroup var consent: ConsentOptions
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if (id == nil) == !every.all { throw ValidationError("name a request, or say --all") }
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
    try consent.confirm("Take back every approval and grant\(place)?")
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
          ? ["there was nothing to take back"]
          : ["revoked \(revoked.map { "\($0)" }.joined(separator: ", "))"])
    }
  }

  private var place: String {
    (every.environment.map { " of \(ForeignText.quoted($0, limit: 80))" } ?? "")
      + (every.requester.map { " of \(ForeignText.quoted($0, limit: 80))" } ?? "")
  }
}
