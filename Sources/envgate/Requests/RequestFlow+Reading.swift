import SecretMemory
import VaultClient
import VaultCore
import VaultProtocol

/// What a grant lets be read, and what goes with it.
extension RequestFlow {
  /// Reads all that was granted.
  ///
  /// - Throws: ``CommandFault`` where what comes is not exactly what the request names: a job must not
  ///   start with half its secrets, nor with one that nobody approved.
  func read(_ request: RequestView) throws -> [(name: SecretName, value: SecretBuffer)] {
    // A grant by ticket is held by no connection.
    let ticket = isBorrowed ? self.ticket : nil
    var released: [ReleasedSecret] = []
    var after: SecretName?
    repeat {
      let page = try readPatiently { try self.page(of: request, ticket, after) }
      released += page.items
      let next = try page.next.map { try SecretName(argument: $0) }
      // Pages that hold nothing, or more than was asked for, would never end.
      guard released.count <= request.secrets.count, next == nil || !page.items.isEmpty else {
        throw ClientFault.replyInvalid("the pages come to an end")
      }
      after = next
    } while after != nil
    let expected = Set(request.secrets.map { "\($0.name)@\($0.version)" })
    // There are no more of them than it names, so none came twice.
    guard Set(released.map { "\($0.name)@\($0.version)" }) == expected else {
      throw CommandFault(
        .secretMissing,
        "the daemon sent other secrets than request \(request.id) asks for, so none was used")
    }
    return try released.map { (try SecretName(argument: $0.name), $0.value) }
  }

  private func page(
    of request: RequestView, _ ticket: SecretBuffer?, _ after: SecretName?
  ) throws -> GrantPageView {
    if let posted = ahead.page {
      ahead.page = nil
      return try connection.take(posted)
    }
    return try connection.call(
      .grantRead(GrantRead(request: request.id, ticket: ticket, after: after)))
  }

  /// Reads one secret of what was granted, and no other.
  func read(_ name: SecretName, of request: RequestView) throws -> SecretValueView {
    let environment = try EnvironmentName(argument: request.environment)
    return try readPatiently {
      try connection.call(
        .secretGet(
          SecretGet(
            environment: environment, name: name, request: request.id,
            ticket: isBorrowed ? ticket : nil)), as: SecretValueView.self)
    }
  }

  /// What a job gets beside its secrets, and what it must mind.
  typealias Settings = (
    variables: [(name: SecretName, value: SecretBuffer)], isExclusive: Bool, revision: Int64
  )

  /// Read before the secrets, which the vault refuses where a variable has changed since the approval.
  ///
  /// The revision is that of before the variables were read: while a protected environment's is the same, so are they.
  func settings(of name: EnvironmentName) throws -> Settings {
    let (environment, list) = try environmentAndVariables(name)
    ahead.isExclusive = environment.terms.exclusive
    let variables = try list.map { variable in
      (
        name: try SecretName(argument: variable.name),
        value: try SecretBuffer.copying(text: variable.value)
      )
    }
    return (variables, environment.terms.exclusive, environment.revision)
  }
}
