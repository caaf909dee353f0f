import VaultClient
import VaultCore
import VaultProtocol

extension Connection {
  /// An environment's secrets, all of them.
  func secrets(of environment: EnvironmentName) throws -> ListAnswer<SecretView> {
    try names(of: environment) { .secretList($0) }
  }

  /// An environment's variables, all of them.
  func variables(of environment: EnvironmentName) throws -> ListAnswer<VariableView> {
    try names(of: environment) { .variableList($0) }
  }

  private func names<Item: ListItem>(
    of environment: EnvironmentName, _ call: (NameList) -> Call
  ) throws -> ListAnswer<Item> where Item.Cursor == String {
    try list(of: Item.self) { after, limit in
      call(
        NameList(
          environment: environment, after: try after.map { try SecretName(argument: $0) },
          limit: limit))
    }
  }

  /// The environments in which the caller has a role, all of them.
  func environments() throws -> ListAnswer<EnvironmentView> {
    try list(of: EnvironmentView.self) { after, limit in
      .environmentList(EnvironmentList(after: after, limit: limit))
    }
  }
}
