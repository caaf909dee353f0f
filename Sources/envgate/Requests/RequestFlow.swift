import Glibc
import SecretMemory
import VaultClient
import VaultCore
import VaultProtocol

/// A request from its making to its end.
///
/// One connection makes it, waits, activates and reads, so that nobody needs its ticket; where this
/// process dies, the vault ends the grant. The ticket is kept for one thing: a daemon that is started anew
/// knows no connection, and whoever returns with the ticket within a minute goes on.
final class RequestFlow {
  private(set) var connection: Connection
  private let path: String
  private let deadline: WaitDeadline?
  /// The request's ticket; ours alone, in secret memory, until this ends.
  private var ticket: SecretBuffer?
  /// Whether the connection at hand is another than the one that the vault knows the request by.
  private var needsTicket = false
  /// Whether the grant lives without us, by its ticket: then it is not ours to end.
  private(set) var isBorrowed = false

  /// How long the end of a grant may take to tell: a job is not held up by it.
  private static let closePatience: Int64 = 10
  /// How long a daemon may be gone before a request that nobody attends, or a grant that nobody holds, ends.
  private static let restartPatience: Int64 = 60
  /// Milliseconds between two attempts to get one's turn.
  private static let turnPause: Int32 = 1_000

  init(path: String, deadline: WaitDeadline?) throws {
    connection = try Connection(path: path)
    self.path = path
    self.deadline = deadline
  }

  private var shownTicket: SecretBuffer? { needsTicket ? ticket : nil }

  /// Makes a request; its ticket comes with it, once.
  func ask(_ parameters: RequestCreate) throws -> Answer<RequestCreatedView> {
    let created = try connection.answer(.requestCreate(parameters), as: RequestCreatedView.self)
    ticket = created.view.ticket
    return created
  }

  /// Makes a request and returns it as it stands.
  func create(_ parameters: RequestCreate) throws -> RequestView {
    let created = try connection.call(.requestCreate(parameters), as: RequestCreatedView.self)
    ticket = created.ticket
    return try connection.call(.requestGet(RequestGet(request: created.id)))
  }

  /// Takes up a request that was made earlier.
  func adopt(_ id: Int64, ticket: SecretBuffer) throws -> RequestView {
    self.ticket = ticket
    needsTicket = true
    return try connection.call(.requestGet(RequestGet(request: id)))
  }

  /// The request that the command line asks for: a new one, or the one that it names with its ticket.
  func begin(
    _ options: RequestOptions, in environment: EnvironmentName, secrets: [SecretName]?,
    command: [String] = [], delivery: String
  ) throws -> RequestView {
    if let earlier = try options.earlier() {
      let request = try adopt(earlier.request, ticket: earlier.ticket)
      guard try EnvironmentName(argument: request.environment) == environment else {
        throw CommandFault(
          "request.environment",
          PlainText.shown(
            "request \(request.id) is for \(request.environment), not \(environment.text)"))
      }
      return request
    }
    return try create(
      RequestCreate(
        environment: environment, secrets: secrets,
        context: options.context(command: command, delivery: delivery), attended: true))
  }

  // MARK: Waiting

  /// Waits until the gate is satisfied, telling each change, and activates the grant.
  ///
  /// - Throws: ``CommandFault`` `request.waiting` at the deadline, `request.rejected` and the like
  ///   where the request ended otherwise.
  func activate(_ request: RequestView) throws -> RequestView {
    var request = request
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
        request = try returned(to: request.id)
      } catch let error as WireError where error.known == .gateWaiting {
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

  // MARK: Reading

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
      let page = try connection.call(
        .grantRead(GrantRead(request: request.id, ticket: ticket, after: after)),
        as: GrantPageView.self)
      released += page.items
      let next = try page.next.map { try SecretName(argument: $0) }
      // A cursor that does not move would never end.
      if next != nil, next == after { throw ClientFault.replyInvalid("the pages come to an end") }
      after = next
    } while after != nil
    let expected = Set(request.secrets.map { "\($0.name)@\($0.version)" })
    let received = released.map { "\($0.name)@\($0.version)" }
    guard received.count == expected.count, Set(received) == expected else {
      throw CommandFault(
        "secret.missing", "what came is not what request \(request.id) asked for; nothing was used")
    }
    // A name is judged here too: what could steer a loader or a shell never becomes a variable.
    return try released.map { (try SecretName(argument: $0.name), $0.value) }
  }

  /// Reads one secret of what was granted, and no other.
  func read(_ name: SecretName, of request: RequestView) throws -> SecretBuffer {
    try connection.call(
      .secretGet(
        SecretGet(
          environment: EnvironmentName(argument: request.environment), name: name,
          request: request.id, ticket: isBorrowed ? ticket : nil)), as: SecretValueView.self
    ).secret.value
  }

  /// What a job gets beside its secrets, and what it must mind.
  func settings(of request: RequestView) throws -> (
    variables: [(name: SecretName, value: SecretBuffer)], isExclusive: Bool
  ) {
    let name = try EnvironmentName(argument: request.environment)
    let environment = try connection.call(
      .environmentGet(EnvironmentGet(name: name)), as: EnvironmentView.self)
    // Read before the secrets, which the vault refuses where a variable has changed since the approval.
    let list = try connection.variables(of: name)
    let variables = try list.items.map { variable in
      var text = variable.value
      // Safety: the text's bytes are lent for the call and copied.
      let value = try text.withUTF8 { bytes in
        try unsafe SecretBuffer(copying: UnsafeRawBufferPointer(bytes))
      }
      return (name: try SecretName(argument: variable.name), value: value)
    }
    return (variables, environment.exclusive)
  }

  // MARK: Holding

  /// A connection that keeps an exclusive environment taken for as long as the job or anything that it
  /// leaves behind lives, should this process be killed.
  func lifeline(of request: RequestView) throws -> Lifeline? {
    // What lives by its ticket needs nobody to hold it.
    if isBorrowed { return nil }
    let second = try Connection(path: path)
    _ = try second.call(
      .grantHold(GrantHold(request: request.id, ticket: ticket)), as: RequestView.self)
    return try second.lifeline()
  }

  /// What is done about the grant while its job runs, once a second.
  func keeper(of request: RequestView) -> () -> Void {
    var isGivenUp = isBorrowed
    return { [self] in
      guard !isGivenUp, !connection.isAlive else { return }
      do {
        try resume(request, within: 0)
        Console.note("the daemon was restarted; the grant of request \(request.id) goes on")
      } catch let error where Connection.mayPass(error) {
        return
      } catch {
        isGivenUp = true
        Console.note(
          "the grant of request \(request.id) has ended with the daemon; the command goes on")
      }
    }
  }

  private func resume(_ request: RequestView, within seconds: Int64) throws {
    guard let ticket else { throw ClientFault.connectionLost }
    connection = try Connection.reconnect(path: path, within: seconds) { next in
      _ = try next.call(
        .grantResume(GrantResume(request: request.id, ticket: ticket)), as: RequestView.self,
        deadline: WaitDeadline(secondsFromNow: 2))
    }
  }

  // MARK: The end

  /// Ends the grant and says how it went; a grant by ticket is left to whoever has that.
  func close(_ request: RequestView, _ outcome: RequestState.Outcome) throws {
    if isBorrowed { return }
    do { try tell(request, outcome) } catch let error where Connection.mayPass(error) {
      try resume(request, within: Self.closePatience)
      try tell(request, outcome)
    }
  }

  private func tell(_ request: RequestView, _ outcome: RequestState.Outcome) throws {
    _ = try connection.call(
      .grantClose(GrantClose(request: request.id, outcome: outcome)), as: RequestView.self,
      deadline: WaitDeadline(secondsFromNow: Self.closePatience))
  }

  /// Ends the grant after a failure, of which the caller tells; a second one would only hide it.
  func abandon(_ request: RequestView) { try? close(request, .failure) }

  /// Why a request leads to nothing any more.
  static func fault(_ request: RequestView) -> CommandFault {
    if request.state == "rejected",
      let review = request.reviews.last(where: { $0.decision == "rejected" })
    {
      if !review.comment.isEmpty {
        Console.note("the reviewer says \(ForeignText.quoted(review.comment))")
      }
      let who = AccountView(uid: review.uid, account: review.account).text
      return CommandFault(
        "request.rejected", PlainText.shown("request \(request.id) was rejected by \(who)"))
    }
    return CommandFault(
      "request.\(PlainText.shown(request.state))",
      PlainText.shown("request \(request.id) is \(request.state); make a new one"))
  }
}
