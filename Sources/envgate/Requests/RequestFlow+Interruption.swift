import VaultClient
import VaultCore
import VaultProtocol

/// What becomes of a request when whoever waits for it is interrupted.
extension RequestFlow {
  /// How long the vault gets to take a request back.
  private static let cancelPatience: Int64 = 3
  /// The same where ssh signs in anew for it.
  private static let farCancelPatience: Int64 = 10

  /// Takes back the request that this process made; one that was made elsewhere is not ours to end.
  ///
  /// On a connection of its own, by the ticket: the daemon answers the calls of one connection in order,
  /// and the first of the other's is the wait.
  /// - Returns: what has become of it, in words.
  func giveUp() -> String {
    guard let id = made else {
      return "this command no longer waits for the request, which stays open"
    }
    let deadline = WaitDeadline(
      secondsFromNow: destination.host == nil ? Self.cancelPatience : Self.farCancelPatience)
    do {
      let second = try Connection(destination)
      do {
        _ = try second.call(
          .requestCancel(TicketedRequest(request: id, ticket: ticket)), as: RequestView.self,
          deadline: deadline)
      } catch let error as WireError where error.details == .state("active") {
        // It was activated in the very moment: what is held is closed.
        _ = try second.call(
          .grantClose(GrantClose(request: id, ticket: ticket, outcome: .failure)),
          as: RequestView.self, deadline: deadline)
        isOver = true
        return "the grant of request \(id) was closed"
      }
      isOver = true
      return "request \(id) was cancelled"
    } catch let error as WireError where error.known == .requestEnded {
      isOver = true
      return "request \(id) had already ended"
    } catch {
      return "envgate could not cancel request \(id); it ends by itself unless it is detached"
    }
  }

  /// Takes back what nobody else could go on with, at once, after a failure of which the caller tells: no reviewer
  /// is asked for a job that is gone, and no environment stays taken by one.
  func takeBack() {
    if made != nil, !isOver { _ = giveUp() }
  }
}
