import VaultClient
import VaultCore
import VaultProtocol

/// The names that a caller may see, asked of the daemon within a moment.
///
/// A name leaves here only in its grammar: shells expand what they are given to choose from, and who
/// answers at a socket need not be the daemon.
struct VisibleNames {
  let connection: Connection
  let deadline: WaitDeadline

  /// More than these nobody looks through.
  private static let most = 2_000

  init(_ connection: Connection, within seconds: Int64 = 1) {
    self.connection = connection
    deadline = WaitDeadline(secondsFromNow: seconds)
  }

  func environments() throws -> [String] {
    try items(of: EnvironmentView.self) { .environmentList(EnvironmentList(after: $0, limit: $1)) }
      .compactMap { try? EnvironmentName($0.name).text }
  }

  func secrets(of environment: EnvironmentName) throws -> [String] {
    try items(of: SecretView.self) { after, limit in
      .secretList(
        NameList(
          environment: environment, after: try after.map { try SecretName(argument: $0) },
          limit: limit))
    }.compactMap { try? SecretName($0.name).text }
  }

  func variables(of environment: EnvironmentName) throws -> [String] {
    try items(of: VariableView.self) { after, limit in
      .variableList(
        NameList(
          environment: environment, after: try after.map { try SecretName(argument: $0) },
          limit: limit))
    }.compactMap { try? SecretName($0.name).text }
  }

  /// Requests in these states, the newest first; in any where none is named.
  func requests(in states: [String]) throws -> [String] {
    try (states.isEmpty ? [nil] : states.map(Optional.some)).flatMap { state in
      try items(of: RequestView.self) {
        .requestList(RequestList(state: state, after: $0, limit: $1))
      }
    }.map { "\($0.id)" }
  }

  private func items<Item: ListItem>(
    of: Item.Type, _ page: (_ after: Item.Cursor?, _ limit: Int) throws -> Call
  ) throws -> [Item] {
    var items: [Item] = []
    var after: Item.Cursor?
    repeat {
      let list = try connection.call(
        try page(after, ProtocolLimits.mostItems), as: ListView<Item>.self, deadline: deadline)
      items += list.items
      // A cursor that does not move would never end.
      after = list.next == after ? nil : list.next
    } while after != nil && items.count < Self.most
    return items
  }
}
