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
    /// The environment and its first page of variables.
    var settings: (environment: Connection.PostedCall, variables: Connection.PostedCall)?
    /// The first page of secrets.
    var page: Connection.PostedCall?
    /// Whether the environment has one grant at a time, once that is known.
    var isExclusive: Bool?
  }

  /// Makes a request, and once it is made has its job's settings asked for: a refused one leaves a single
  /// refusal on the record.
  func createdAhead(_ parameters: RequestCreate) throws -> RequestCreatedView {
    let environment = parameters.environment
    let creation = try connection.post(.requestCreate(parameters))
    // While the vault works.
    SecretArena.shared.prepare()
    let created = try connection.take(creation[0], as: RequestCreatedView.self)
    let posted = try connection.post(
      .environmentGet(EnvironmentGet(name: environment)),
      .variableList(
        VariableList(environment: environment, after: nil, limit: ProtocolLimits.mostItems)))
    ahead.settings = (posted[0], posted[1])
    return created
  }

  /// The environment and its variables; from what was asked for ahead, the first time.
  func environmentAndVariables(
    _ name: EnvironmentName
  ) throws -> (EnvironmentView, [VariableView]) {
    if let posted = ahead.settings {
      ahead.settings = nil
      let environment = try connection.take(posted.environment, as: EnvironmentView.self)
      let page = try connection.take(posted.variables, as: ListView<VariableView>.self)
      if page.next == nil { return (environment, page.items) }
      return (environment, try connection.variables(of: name).items)
    }
    let environment = try connection.call(
      .environmentGet(EnvironmentGet(name: name)), as: EnvironmentView.self)
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
    let active = try connection.take(posted[0], as: RequestView.self)
    ahead.page = posted[1]
    return active
  }
}
