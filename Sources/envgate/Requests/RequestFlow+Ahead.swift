import SecretMemory
import VaultClient
import VaultCore
import VaultProtocol

/// What a job surely needs next, asked for together with what it needs now: a job that has not to wait
/// for anybody should not wait for turns of the daemon either.
extension RequestFlow {
  /// Calls whose answers are taken when they are needed; dropped where they are not.
  struct Ahead {
    /// Whether the caller is a job that will need settings and all secrets.
    var isWanted = false
    /// The environment as it was before the request was made; its revision says whether that still holds.
    var environment: EnvironmentView?
    /// Its variables, where they had to be looked at before anybody was asked.
    var variables: [VariableView]?
    /// Their first page, where they had not.
    var variablesPage: Connection.PostedCall?
    /// The first page of secrets.
    var page: Connection.PostedCall?
    /// Whether the environment has one grant at a time, once that is known.
    var isExclusive: Bool?
    /// What the caller needs after the grant and no answer is needed for, done while the vault works; not where
    /// there is a wait.
    var preparation: (() -> Void)?
  }

  /// Makes a request, and has its job's variables asked for with it, unless they are known.
  func createdAhead(_ parameters: RequestCreate) throws -> RequestCreatedView {
    let creation = Call.requestCreate(parameters)
    let posted =
      ahead.variables == nil
      ? try connection.post(
        creation,
        .variableList(
          NameList(
            environment: parameters.environment, after: nil, limit: ProtocolLimits.mostItems)))
      : try connection.post(creation)
    // While the vault works.
    SecretArena.shared.prepare()
    let created = try connection.take(posted[0], as: RequestCreatedView.self)
    ahead.variablesPage = posted.dropFirst().first
    return created
  }

  /// What a job would get, as far as that can be known before anybody is asked: the names of its secrets and of
  /// the environment's variables; nil where nobody is asked.
  func namesAhead(
    of name: EnvironmentName, named: [SecretName]
  ) throws -> (secrets: [SecretName], variables: [SecretName])? {
    // Alone: whoever may not know the environment leaves a single refusal on the record.
    let environment = try connection.call(
      .environmentGet(EnvironmentPlace(name: name)), as: EnvironmentView.self)
    ahead.environment = environment
    if environment.unprotected { return nil }
    let secrets =
      named.isEmpty
      ? try connection.secrets(of: name).items.map { try SecretName(argument: $0.name) } : named
    let variables = try connection.variables(of: name).items
    ahead.variables = variables
    return (secrets, try variables.map { try SecretName(argument: $0.name) })
  }

  /// The environment and its variables; from what was asked for ahead, the first time.
  func environmentAndVariables(
    _ name: EnvironmentName
  ) throws -> (EnvironmentView, [VariableView]) {
    defer { (ahead.environment, ahead.variables, ahead.variablesPage) = (nil, nil, nil) }
    let environment =
      try ahead.environment
      ?? connection.call(.environmentGet(EnvironmentPlace(name: name)), as: EnvironmentView.self)
    if let variables = ahead.variables { return (environment, variables) }
    if let posted = ahead.variablesPage {
      let page = try connection.take(posted, as: ListView<VariableView>.self)
      if page.next == nil { return (environment, page.items) }
    }
    return (environment, try connection.variables(of: name).items)
  }

  /// Activates, and has the secrets asked for with it where nothing has to be looked at before.
  ///
  /// Not where it may not be our turn yet: that would ask for secrets that are refused. Not with a ticket,
  /// whose grant is another's too.
  func activated(_ id: Int64) throws -> RequestView {
    let activation = Call.grantActivate(GrantActivate(request: id, ticket: shownTicket, hold: hold))
    guard ahead.isWanted, ahead.isExclusive == false, !hasWaited, !needsTicket else {
      return try connection.call(activation)
    }
    let posted = try connection.post(
      activation, .grantRead(GrantRead(request: id, ticket: nil, after: nil)))
    ahead.preparation?()
    let active = try connection.take(posted[0], as: RequestView.self)
    ahead.page = posted[1]
    return active
  }
}
