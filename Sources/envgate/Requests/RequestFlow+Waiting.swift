import VaultClient
import VaultProtocol

/// From asking to having: the wait for the gate, then for one's turn.
extension RequestFlow {
  /// How long a daemon may be gone before a request that nobody attends, or a grant that nobody holds, ends.
  private static let restartPatience: Int64 = 60

  /// Waits until the gate is satisfied, telling each change, and activates the grant.
  ///
  /// - Throws: ``CommandFault`` `request.waiting` at the deadline, `request.rejected` and the like
  ///   where the request ended otherwise.
  func activate(_ begun: BegunRequest) throws -> RequestView {
    var found = begun.found
    hasWaited = found.map { $0.state != "approved" } ?? false
    while true {
      if let request = found {
        let request = try waited(request)
        if request.state == "active", request.grant?.hold == "ticket", needsTicket {
          isBorrowed = true
          try settle()
          return request
        }
        guard request.state == "approved" else {
          isOver = true
          throw Self.fault(request)
        }
        found = request
      }
      do {
        let active = try inTurnPatiently(begun.id, found)
        try settle()
        return active
      } catch let error where Connection.mayPass(error) {
        hasWaited = true
        found = try returned(to: begun.id)
      } catch let error as WireError where error.known == .requestEnded {
        // Revoked, expired or cancelled while it waited for its turn.
        let request: RequestView = try connection.call(
          .requestGet(TicketedRequest(request: begun.id, ticket: shownTicket)))
        throw request.isLive ? error : Self.fault(request)
      } catch let error as WireError where error.known == .gateWaiting {
        hasWaited = true
        // The gate was edited, or a reviewer left, between the approval and us: it waits again.
        let request: RequestView = try connection.call(
          .requestGet(TicketedRequest(request: begun.id, ticket: shownTicket)))
        if request.state != "waiting" { throw error }
        found = request
      }
    }
  }

  /// Waits as long as the request does; over restarts of the daemon, too.
  func waited(_ request: RequestView) throws -> RequestView {
    var request = request
    var isShown = false
    while request.state == "waiting" {
      attendant.minds = true
      attendant.progress.show(request.progress, now: WallClock.now)
      isShown = true
      let seen = request.revision
      do {
        request = try connection.wait(
          for: request.id, revision: seen, ticket: shownTicket, deadline: deadline)
      } catch ClientFault.timedOut {
        throw stillWaiting(
          request.id, attended: request.attended,
          request.waitingSentence(now: WallClock.now) ?? "")
      } catch let error where Connection.mayPass(error) {
        request = try returned(to: request.id)
        continue
      }
      // Else a daemon that answers at once would be asked without a pause.
      if request.state == "waiting", request.revision == seen {
        throw ClientFault.replyInvalid("a wait ends with a change")
      }
    }
    attendant.progress.end()
    if isShown, request.isLive {
      attendant.progress.note(PlainText.shown("request \(request.id) is \(request.state)"))
    }
    return request
  }

  /// The wait is over: signals act as ever, and the connection minds its calls alone.
  private func settle() throws {
    // Our turn may have come between two looks.
    try attendant.requireCompany()
    try attendant.end()
    connection.vigil = nil
    connection.deadline = nil
  }

  /// - Parameter fault: makes the fault, whose reason is what it still waits for.
  func stillWaiting(
    _ id: Int64, attended: Bool, _ sentence: String,
    fault: (String) -> CommandFault = { CommandFault(.requestWaiting, $0) }
  ) -> CommandFault {
    attendant.progress.end()
    let future =
      if made != id || !attended {
        "the request stays open"
      } else if isOursAlone {
        // Nobody could use what somebody approves now.
        giveUp()
      } else {
        "the request ends by itself"
      }
    return fault("\(sentence); --timeout has run out, and \(future)")
  }

  /// Connects to a daemon that was stopped and comes back, and finds the request as it is by then.
  private func returned(to id: Int64) throws -> RequestView {
    attendant.minds = true
    let patience = min(Self.restartPatience, deadline.map { Int64($0.remaining) / 1_000 } ?? .max)
    let now = WallClock.now
    attendant.progress.show(
      WaitProgress.Subject(
        name: "request \(id)", waits: "for the daemon to come back", since: now,
        expires: now + patience * 1_000,
        opening: "the daemon does not answer; waiting at most \(patience)s for it to come back"),
      now: now)
    var found: RequestView?
    connection = try Connection.reconnect(
      to: destination, within: patience, vigil: attendant.vigil
    ) { next in
      found = try next.call(
        .requestGet(TicketedRequest(request: id, ticket: ticket)),
        deadline: WaitDeadline(secondsFromNow: Self.closePatience))
    }
    connection.deadline = deadline
    needsTicket = true
    guard let found else { throw ClientFault.connectionLost }
    attendant.progress.note("the daemon is back; request \(id) is \(PlainText.shown(found.state))")
    return found
  }
}
