import ArgumentParser
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate request cancel ID…`, `envgate request cancel --all`
struct RequestCancelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Cancel requests that wait or are approved.",
    discussion: """
      A request can be cancelled by the job that made it, with its ticket, or by an admin. --all \
      is for admins and cancels every request that waits or is approved. If one fails, envgate \
      still cancels the others.

      Examples:
        envgate request cancel 42 --ticket-file ticket
        envgate request cancel 42 43
        envgate request cancel --all -e production --requester user:ci
      """)

  @Argument(help: "The requests to cancel.", completion: .requests("waiting", "approved"))
  var ids: [Int64] = []

  @OptionGroup var every: AllOptions
  @OptionGroup var ticket: TicketOptions
  @OptionGroup var consent: ConsentOptions
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if ids.isEmpty != every.all { throw ValidationError("name requests, or use --all instead") }
    if ticket.ticketFile != nil, ids.count != 1 {
      throw ValidationError("a ticket belongs to one request; name only that request")
    }
  }

  func run() throws {
    let ticket = try ticket.ticket()
    let connection = try connection.connect()
    if let id = ids.first, ids.count == 1 {
      let answer = try connection.answer(
        .requestCancel(TicketedRequest(request: id, ticket: ticket)), as: RequestView.self)
      return try output.print(answer) { [PlainText.shown("request \(id) is \($0.state)")] }
    }
    let numbers = every.all ? try numbers(connection) : ids
    if every.all, !numbers.isEmpty {
      let count = numbers.count == 1 ? "1 request" : "\(numbers.count) requests"
      try consent.confirm("Cancel \(count)?")
    }
    try cancel(numbers, connection)
  }

  /// The requests that there are to be ended, the oldest first.
  private func numbers(_ connection: Connection) throws -> [Int64] {
    let environment = try every.environment.map { try EnvironmentName(argument: $0) }
    var numbers: [Int64] = []
    for state in ["waiting", "approved"] {
      let reply = try connection.list(of: RequestView.self) { after, limit in
        .requestList(
          RequestList(environment: environment, state: state, after: after, limit: limit))
      }
      numbers += reply.items.filter { isOfRequester($0) }.map(\.id)
    }
    return numbers.sorted()
  }

  private func isOfRequester(_ request: RequestView) -> Bool {
    guard let requester = every.requester else { return true }
    let account = request.requester
    return requester == account.uid.map { "uid:\($0)" }
      || requester == account.account.map { "user:\($0)" }
  }

  /// Ends one after the other, whatever becomes of the one before; where no daemon answers any more, it says which
  /// were not tried.
  private func cancel(_ numbers: [Int64], _ connection: Connection) throws {
    var cancelled: [Int64] = []
    var faults = FirstFault()
    for (index, number) in numbers.enumerated() {
      do {
        _ = try connection.call(
          .requestCancel(TicketedRequest(request: number, ticket: nil)), as: RequestView.self)
        cancelled.append(number)
      } catch let error as WireError where every.all && error.known == .requestEnded {
        // It ended by itself since the list was made.
        continue
      } catch {
        try faults.take(error, request: number)
        guard error is ClientFault else { continue }
        let rest = numbers[(index + 1)...].map { "\($0)" }.joined(separator: ", ")
        if !rest.isEmpty {
          Console.note("not cancelled, because envgate stopped before them: \(rest)")
        }
        break
      }
    }
    if !cancelled.isEmpty {
      try tell(cancelled)
      try faults.end()
    } else {
      try faults.end()
      try tell(cancelled)
    }
  }

  private func tell(_ cancelled: [Int64]) throws {
    let list = cancelled.map { "\($0)" }
    if output.json {
      try Console.print(bytes: Array("{\"cancelled\":[\(list.joined(separator: ","))]}\n".utf8))
    } else {
      try Console.print(
        list.isEmpty
          ? ["no request was open"] : ["cancelled \(list.joined(separator: ", "))"])
    }
  }
}
