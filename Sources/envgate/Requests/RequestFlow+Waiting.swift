import Glibc
import VaultClient
import VaultProtocol

/// From asking to having: the wait for the gate and for one's turn.
extension RequestFlow {
  /// How long a daemon may be gone before a request that nobody attends, or a grant that nobody holds, ends.
  private static let restartPatience: Int64 = 60
  /// Milliseconds between two attempts to get one's turn.
  private static let turnPause: Int32 = 1_000

  /// Waits until the gate is satisfied, telling each change, and activates the grant.
  ///
  /// - Throws: ``CommandFault`` `request.waiting` at the deadline, `request.rejected` and the like
  ///   where the request ended otherwise.
  func activate(_ request: RequestView) throws -> RequestView {
    var request = request
    hasWaited = request.state != "approved"
    while true {
      request = try waited(request)
      if request.state == "active", request.grant?.hold == "ticket", needsTicket {
        isBorrowed = true
        return request
      }
      guard request.state == "approved" else { throw Self.fault(request) }
      do {
        return try inTurn(request)
      } catch let error where Connection.mayPass(error) {
        hasWaited = true
        request = try returned(to: request.id)
      } catch let error as WireError where error.known == .gateWaiting {
        hasWaited = true
        // The gate was edited, or a reviewer left, between the approval and us: it waits again.
        request = try connection.call(.requestGet(RequestGet(request: request.id)))
        if request.state != "waiting" { throw error }
      }
    }
  }

  /// Waits as long as the request does; over restarts of the daemon, too.
  func waited(_ request: RequestView) throws -> RequestView {
    var request = request
    var told: String?
    while let sentence = request.waitingSentence(now: WallClock.now) {
      if sentence != told { Console.note(sentence) }
      told = sentence
      let seen = request.revision
      do {
        request = try connection.wait(for: request.id, revision: seen, deadline: deadline)
      } catch ClientFault.timedOut {
        throw stillWaiting(sentence)
      } catch let error where Connection.mayPass(error) {
        request = try returned(to: request.id)
        continue
      }
      // Else a daemon that answers at once would be asked without a pause.
      if request.state == "waiting", request.revision == seen {
        throw ClientFault.replyInvalid("a wait ends with a change")
      }
    }
    if told != nil, request.isLive { Console.note("request \(request.id) is \(request.state)") }
    return request
  }

  /// Activates; where the environment has one grant at a time, once it is our turn.
  private func inTurn(_ request: RequestView) throws -> RequestView {
    var isTold = false
    while true {
      do {
        return try connection.call(
          .grantActivate(GrantActivate(request: request.id, ticket: shownTicket)))
      } catch let error as WireError where error.known == .grantBusy {
        let sentence = PlainText.shown(error.message)
        hasWaited = true
        if !isTold { Console.note("\(sentence); request \(request.id) waits for its turn") }
        isTold = true
        guard deadline?.remaining ?? Self.turnPause > 0 else { throw stillWaiting(sentence) }
        // Without entries poll only sleeps.
        _ = poll(nil, 0, min(Self.turnPause, deadline?.remaining ?? Self.turnPause))
      }
    }
  }

  private func stillWaiting(_ sentence: String) -> CommandFault {
    CommandFault(
      "request.waiting",
      "\(sentence); the time given with --timeout is over, and the request ends by itself")
  }

  /// Connects to a daemon that was stopped and comes back, and finds the request as it is by then.
  private func returned(to id: Int64) throws -> RequestView {
    Console.note("the daemon is gone; waiting up to \(Self.restartPatience)s for it to come back")
    var found: RequestView?
    let patience = min(Self.restartPatience, deadline.map { Int64($0.remaining) / 1_000 } ?? .max)
    connection = try Connection.reconnect(path: path, within: patience) { next in
      found = try next.call(
        .requestGet(RequestGet(request: id)),
        deadline: WaitDeadline(secondsFromNow: Self.closePatience))
    }
    needsTicket = true
    guard let found else { throw ClientFault.connectionLost }
    Console.note("the daemon is back; request \(id) is \(PlainText.shown(found.state))")
    return found
  }
}
