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
  var connection: Connection
  let destination: Destination
  let deadline: WaitDeadline?
  /// The request's ticket; ours alone, in secret memory, until this ends.
  private(set) var ticket: SecretBuffer?
  /// Whether the connection at hand is another than the one that the vault knows the request by.
  var needsTicket = false
  /// Whether there was time between the request and its grant for what it is about to change.
  var hasWaited = false { didSet { attendant.minds = hasWaited } }
  /// Whether nobody could go on with the request that this process made: its ticket goes with us.
  var isOursAlone = false
  /// What on the host kept the request from its activation at the last try.
  var inTheWay: CommandFault?
  /// What the grant is to live by: our connection, or its ticket where later steps read with that.
  var hold = Grant.Hold.connection
  /// Whether the grant lives without us, by its ticket: then it is not ours to end.
  var isBorrowed = false
  /// The request, where this process made it.
  private(set) var made: Int64?
  /// Whether it was taken back, or has ended otherwise.
  var isOver = false
  /// Grants of exclusive environments that commands around this one hold while it waits.
  var heldMeanwhile: [RequestView] = []
  private var hasLookedAround = false
  /// What was asked for ahead of its need; see `RequestFlow+Ahead.swift`.
  var ahead = Ahead()
  /// Minds signals and tells the time while something is waited for.
  let attendant: Attendant

  /// How long the end of a grant may take to tell: a job is not held up by it.
  static let closePatience: Int64 = 10

  /// - Parameter endsWithParent: whether a wait ends with the process that started us.
  init(
    to destination: Destination, deadline: WaitDeadline?, endsWithParent: Bool = false
  ) throws {
    // Before signals are minded: what only connects may end as ever.
    connection = try Connection(destination)
    self.destination = destination
    self.deadline = deadline
    attendant = Attendant(parent: endsWithParent ? ProcessContext.parent : nil)
    connection.deadline = deadline
    connection.vigil = attendant.vigil
    attendant.pulse = Pulse(of: destination)
    attendant.giveUp = { [weak self] in self?.giveUp() ?? "nothing was done" }
  }

  var shownTicket: SecretBuffer? { needsTicket ? ticket : nil }

  /// Makes a request; its ticket comes with it, once.
  func ask(_ parameters: RequestCreate) throws -> Answer<RequestCreatedView> {
    let created = try attendant.holdingBack {
      try connection.answer(.requestCreate(parameters), as: RequestCreatedView.self)
    }
    try own(created.view)
    return created
  }

  private func own(_ created: RequestCreatedView) throws {
    made = created.id
    ticket = created.ticket
    if !created.leftOut.isEmpty {
      Console.note(
        PlainText.shown(
          "left out because they have no version yet: \(created.leftOut.joined(separator: ", "))"))
    }
    try attendant.look()
  }

  /// Makes a request, and looks at it where it must be waited for.
  func create(_ parameters: RequestCreate) throws -> BegunRequest {
    let created = try attendant.holdingBack {
      ahead.isWanted
        ? try createdAhead(parameters)
        : try connection.call(.requestCreate(parameters), as: RequestCreatedView.self)
    }
    try own(created)
    if let begun = BegunRequest(created) { return begun }
    return BegunRequest(try connection.call(.requestGet(TicketedRequest(request: created.id))))
  }

  /// Takes up a request that was made earlier.
  func adopt(_ id: Int64, ticket: SecretBuffer) throws -> RequestView {
    self.ticket = ticket
    needsTicket = true
    return try connection.call(.requestGet(TicketedRequest(request: id, ticket: ticket)))
  }

  /// Takes up a request only to wait for its answer; without its ticket that shows how it stands and no more.
  func follow(_ id: Int64, ticket: SecretBuffer?) throws -> Answer<RequestView> {
    self.ticket = ticket
    needsTicket = ticket != nil
    return try connection.answer(
      .requestGet(TicketedRequest(request: id, ticket: ticket)), as: RequestView.self)
  }

  /// Refuses a job that would wait for a command around it; looked at once.
  func refuseNested(_ terms: RequestTerms, in environment: EnvironmentName) throws {
    if hasLookedAround { return }
    hasLookedAround = true
    heldMeanwhile = try HeldGrants().active(on: connection)
      .filter { $0.id != terms.earlier?.id }
    try HeldGrants.refuse(environment, inside: heldMeanwhile)
  }

  /// The request that the command line asks for: a new one, or the one that it names with its ticket.
  func begin(
    _ terms: RequestTerms, in environment: EnvironmentName, secrets: [SecretName]?,
    command: [String] = [], delivery: String
  ) throws -> BegunRequest {
    try refuseNested(terms, in: environment)
    if let earlier = terms.earlier {
      let request = try adopt(earlier.id, ticket: earlier.ticket())
      guard try EnvironmentName(argument: request.environment) == environment else {
        throw CommandFault(
          .requestEnvironment,
          PlainText.shown(
            "request \(request.id) is for \(request.environment), not \(environment.text)"))
      }
      for name in secrets ?? [] where !request.secrets.contains(where: { $0.name == name.text }) {
        throw CommandFault(
          .secretMissing,
          "request \(request.id) does not ask for \(name.text); make a request that does")
      }
      return BegunRequest(request)
    }
    isOursAlone = true
    return try create(
      RequestCreate(
        environment: environment, secrets: secrets,
        context: terms.claims.context(command: command, delivery: delivery), attended: true))
  }

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
        .requestRejected, PlainText.shown("request \(request.id) was rejected by \(who)"))
    }
    return CommandFault(
      ended: request,
      PlainText.shown(request.ended))
  }
}
