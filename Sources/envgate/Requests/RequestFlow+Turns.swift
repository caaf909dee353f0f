import VaultClient
import VaultProtocol

/// The wait for one's turn in an environment with one grant at a time. The daemon has the queue: the call
/// is answered when it is our turn, and nobody else can take it meanwhile.
extension RequestFlow {
  /// What is known of our place.
  private final class Place {
    let request: Int64
    let since: Int64
    let approvedUntil: Int64?
    var turn: TurnView?
    var next = WaitDeadline(secondsFromNow: 0)

    init(_ request: Int64, _ found: RequestView?, _ turn: TurnView?) {
      self.request = request
      since = WallClock.now
      approvedUntil = found?.approvedUntil
      self.turn = turn
      plan()
    }

    /// Looked at the more seldom the more jobs go before, so that a thousand of them ask seldom.
    func plan() {
      next = WaitDeadline(secondsFromNow: turn.map { min(max($0.before, 2), 60) } ?? 0)
    }

    var sentence: String {
      "request \(request) waits for its turn" + (turn.map { ": \($0.sentence)" } ?? "")
    }

    var subject: WaitProgress.Subject {
      let place =
        turn.map { $0.before == 0 ? ", which is next" : ", \($0.before) ahead of it" } ?? ""
      return WaitProgress.Subject(
        name: "request \(request)", waits: "for its turn\(place)", since: since,
        expires: approvedUntil, opening: sentence)
    }
  }

  /// Activates; where the environment has one grant at a time, once it is our turn.
  func inTurn(_ id: Int64, _ found: RequestView?) throws -> RequestView {
    var place: Place?
    do { return try activated(id, found, &place) } catch ClientFault.timedOut {
      if let place, place.turn == nil { look(place) }
      let isNext = place?.turn.map { $0.holder == nil && $0.before == 0 } ?? true
      if isNext, let inTheWay { throw timeIsOver(id, found, inTheWay) }
      guard let place else { throw ClientFault.timedOut }
      throw stillWaiting(
        id, attended: found?.attended ?? true, PlainText.shown(place.sentence)
      ) { CommandFault(.grantBusy, $0) }
    }
  }

  /// - Parameter place: set once it is not our turn.
  private func activated(
    _ id: Int64, _ found: RequestView?, _ place: inout Place?
  ) throws -> RequestView {
    var turn: TurnView?
    // Where it surely has turns we stand there at once. Far away there is no second look at our place.
    if ahead.isExclusive != true || destination.host != nil {
      do { return try activated(id) } catch let error as WireError where error.known == .grantBusy {
        turn = error.turn
      }
    }
    hasWaited = true
    let stand = Place(id, found, turn)
    place = stand
    if turn != nil { show(stand) }
    attendant.eachSecond = { [unowned self] in look(stand) }
    defer { attendant.eachSecond = nil }
    return try connection.activateInTurn(id, ticket: shownTicket, hold: hold, deadline: deadline)
  }

  private func show(_ place: Place) {
    attendant.progress.show(place.subject, now: WallClock.now)
    for request in heldMeanwhile {
      attendant.progress.note(
        PlainText.shown(
          "this job holds the grant of request \(request.id) of \(request.environment) while it waits; "
            + "if another job takes the two environments in the other order, both wait forever"))
    }
    heldMeanwhile = []
  }

  /// Looks at our place, on a connection of its own: the other's call is not answered before our turn.
  private func look(_ place: Place) {
    guard destination.host == nil, place.next.remaining == 0 else { return }
    defer { place.plan() }
    guard let second = try? Connection(destination),
      let request = try? second.call(
        .requestGet(TicketedRequest(request: place.request, ticket: ticket)), as: RequestView.self,
        deadline: WaitDeadline(secondsFromNow: 1)), let turn = request.turn
    else { return }
    place.turn = turn
    show(place)
  }
}
