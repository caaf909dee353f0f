import SecretMemory
import VaultClient
import VaultCore
import VaultProtocol

/// How a grant is kept while its job runs, and how it ends.
extension RequestFlow {
  /// A connection that keeps an exclusive environment taken for as long as the job or anything that it
  /// leaves behind lives, should this process be killed.
  /// - Parameter replaces: whether this process becomes the command.
  func lifeline(of request: RequestView, replaces: Bool = false) throws -> Lifeline? {
    // What lives by its ticket needs nobody to hold it.
    if isBorrowed { return nil }
    let second = try Connection(destination, outlivesUs: true)
    _ = try second.call(
      .grantHold(GrantHold(request: request.id, ticket: ticket, replaces: replaces)),
      as: RequestView.self)
    return try second.lifeline()
  }

  /// What is done about the grant while its job runs, once a second.
  func keeper(of request: RequestView) -> () -> Void {
    var isGivenUp = isBorrowed
    let isFar = destination.host != nil
    // An ssh that fails says so each time.
    let pause: Int64 = isFar ? 8 : 0
    var next = WaitDeadline(secondsFromNow: 0)
    return { [self] in
      guard !isGivenUp, !connection.isAlive, next.remaining == 0 else { return }
      next = WaitDeadline(secondsFromNow: pause)
      do {
        try resume(request, within: 0)
        Console.note("the daemon was restarted; the grant of request \(request.id) continues")
      } catch let error where Connection.mayPass(error) {
        return
      } catch ClientFault.timedOut where isFar {
        return
      } catch {
        isGivenUp = true
        Console.note(
          "the grant of request \(request.id) ended with the daemon; the command continues")
      }
    }
  }

  private func resume(_ request: RequestView, within seconds: Int64) throws {
    guard let ticket else { throw ClientFault.connectionLost }
    let patience: Int64 = destination.host == nil ? 2 : 10
    connection = try Connection.reconnect(to: destination, within: seconds) { next in
      _ = try next.call(
        .grantResume(GrantResume(request: request.id, ticket: ticket)), as: RequestView.self,
        deadline: WaitDeadline(secondsFromNow: patience))
    }
  }

  /// Ends the grant and says how it went; a grant by ticket is left to whoever has that.
  func close(_ request: RequestView, _ outcome: RequestState.Outcome) throws {
    if isBorrowed { return }
    do { try tell(request, outcome) } catch let error where Connection.mayPass(error) {
      try resume(request, within: Self.closePatience)
      try tell(request, outcome)
    }
    isOver = true
  }

  private func tell(_ request: RequestView, _ outcome: RequestState.Outcome) throws {
    func close(_ ticket: SecretBuffer?) throws {
      _ = try connection.call(
        .grantClose(GrantClose(request: request.id, ticket: ticket, outcome: outcome)),
        as: RequestView.self, deadline: WaitDeadline(secondsFromNow: Self.closePatience))
    }
    do { try close(nil) } catch let error as WireError where error.known == .ticketRequired {
      // This connection holds nothing any more; whoever shows the ticket is told what has become of it.
      try close(ticket)
    }
  }

  /// Ends the grant after a failure, of which the caller tells; a second one would only hide it.
  func abandon(_ request: RequestView) { try? close(request, .failure) }
}
