import SecretMemory
import VaultClient
import VaultCore
import VaultProtocol

/// A request from its making to its end, on one connection, so that nobody needs its ticket.
///
/// The connection holds the grant: where this process dies, the vault ends it.
struct RequestFlow {
  let connection: Connection
  let deadline: WaitDeadline?

  /// How long the end of a grant may take to tell: a job is not held up by it.
  private static let closePatience: Int64 = 10

  /// Makes a request and returns it as it stands.
  func create(_ parameters: RequestCreate) throws -> RequestView {
    let created = try connection.call(.requestCreate(parameters), as: RequestCreatedView.self)
    return try connection.call(.requestGet(RequestGet(request: created.id)))
  }

  /// Waits until the gate is satisfied, telling each change, and activates the grant.
  ///
  /// - Throws: ``CommandFault`` `request.waiting` at the deadline, `request.rejected` and the like
  ///   where the request ended otherwise.
  func activate(_ request: RequestView) throws -> RequestView {
    var request = request
    var told: String?
    while let sentence = request.waitingSentence(now: WallClock.now) {
      if sentence != told { Console.note(sentence) }
      told = sentence
      let seen = request.revision
      do {
        request = try connection.wait(for: request.id, revision: seen, deadline: deadline)
      } catch ClientFault.timedOut {
        throw CommandFault(
          "request.waiting",
          "\(sentence); the time given with --timeout is over, and the request ends by itself")
      }
      // Else a daemon that answers at once would be asked without a pause.
      if request.state == "waiting", request.revision == seen {
        throw ClientFault.replyInvalid("a wait ends with a change")
      }
    }
    if told != nil, request.isLive { Console.note("request \(request.id) is \(request.state)") }
    guard request.state == "approved" else { throw Self.fault(request) }
    return try connection.call(.grantActivate(GrantActivate(request: request.id)))
  }

  /// Reads all that was granted.
  ///
  /// - Throws: ``CommandFault`` where what comes is not exactly what the request names: a job must not
  ///   start with half its secrets, nor with one that nobody approved.
  func read(_ request: RequestView) throws -> [(name: SecretName, value: SecretBuffer)] {
    var released: [ReleasedSecret] = []
    var after: SecretName?
    repeat {
      let page = try connection.call(
        .grantRead(GrantRead(request: request.id, after: after)), as: GrantPageView.self)
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

  /// Ends the grant and says how it went.
  func close(_ request: RequestView, _ outcome: RequestState.Outcome) throws {
    _ = try connection.call(
      .grantClose(GrantClose(request: request.id, outcome: outcome)), as: RequestView.self,
      deadline: WaitDeadline(secondsFromNow: Self.closePatience))
  }

  /// Ends the grant after a failure, of which the caller tells; a second one would only hide it.
  func abandon(_ request: RequestView) { try? close(request, .failure) }

  private static func fault(_ request: RequestView) -> CommandFault {
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
