import ArgumentParser
import SecretMemory
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate request create -e ENV …`
struct RequestCreateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Request secrets before the job that will use them.",
    discussion: """
      envgate prints the request and its ticket. The ticket is shown once, and anyone who has it \
      can act for the request. With --ticket-file envgate writes the ticket there with mode 0600 \
      and does not print it.

      Without --wait the request waits on its own, as long as its environment allows. With --wait \
      an undecided request ends when this command ends.

      --supersede ends an older request of yours in the same step. envgate reads that request's \
      ticket from --ticket-file, and then writes the new ticket there. With \
      --supersede-ticket-file it reads the older ticket from that file and does not change it.

      --unit asks for a unit of systemd instead of a job: while the approval stands, the unit loads the \
      credential at each start. The configuration of envgated must give it that credential.

      Examples:
        envgate request create -e production --reason "release 2.1" --wait
        envgate request create -e production -s TOKEN --ticket-file ticket
        envgate request create -e production --supersede 41 --ticket-file ticket
        envgate request create -e web --unit web.service --credential db --for 90d
      """)

  @OptionGroup var environment: EnvironmentOption

  @Option(
    name: [.customShort("s"), .customLong("secret")],
    help: ArgumentHelp(
      "Request this secret; without -s, all secrets. Repeatable.", valueName: "name"),
    completion: .secrets)
  var secrets: [String] = []

  @OptionGroup var unit: UnitOptions
  @OptionGroup var said: ContextOptions

  @Option(
    help: ArgumentHelp(
      "Write the ticket to this file: a new file, or the older request's.",
      valueName: "path"), completion: .file())
  var ticketFile: String?

  @Option(
    help: ArgumentHelp(
      "End this older request of yours in the same step.", valueName: "id"),
    completion: .requests("waiting", "approved"))
  var supersede: Int64?

  @Option(
    help: ArgumentHelp("The file with the older request's ticket.", valueName: "path"),
    completion: .file())
  var supersedeTicketFile: String?

  @Flag(
    help: ArgumentHelp(
      "Wait for the decision. Exits with 77 if it is not approved, and with 75 if --timeout "
        + "runs out."))
  var wait = false

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if supersede == nil, supersedeTicketFile != nil {
      throw ValidationError("--supersede-ticket-file needs --supersede")
    }
    if supersede != nil, ticketFile == nil, supersedeTicketFile == nil {
      throw ValidationError("--supersede needs the older request's ticket; add --ticket-file")
    }
    if unit.unit != nil, wait || ticketFile != nil || supersede != nil {
      throw ValidationError(
        "--unit asks for no job: leave out --wait, --ticket-file and --supersede; envgate request wait waits"
      )
    }
    if said.withParent, !wait { throw ValidationError("--with-parent needs --wait") }
    if said.timeout != nil, !wait { throw ValidationError("--timeout needs --wait") }
  }

  private var olderTicketFile: String? {
    supersede == nil ? nil : supersedeTicketFile ?? ticketFile
  }

  func run() throws {
    // Before anything is asked for: a ticket that could not be kept would be lost.
    let older = try olderTicketFile.map { try TicketFile.read($0) }
    let names = try secrets.map { try SecretName(argument: $0) }
    // From here on a signal unwinds, so that no file without a ticket stays behind.
    let flow = try RequestFlow(
      to: connection.destination, deadline: said.deadline, endsWithParent: said.withParent)
    let file = try ticketFile.map {
      try $0 == olderTicketFile ? TicketFile(replacing: $0) : TicketFile(creating: $0)
    }
    let created = try flow.ask(
      RequestCreate(
        environment: try environment.name, secrets: names.isEmpty ? nil : names,
        context: said.claims.context(delivery: nil), standing: try unit.standing, attended: wait,
        supersede: supersede.map { .init(request: $0, ticket: older) }))
    if let file { try Self.keep(created.view, in: file, flow) }
    do {
      try show(created, flow)
      if wait { try decided(flow, created.view.id) }
    } catch let interrupted as Interrupted {
      // The ticket of a request that is no more would only stand in the way of the next one.
      if flow.isOver, let ticketFile { TicketFile.remove(ticketFile) }
      throw interrupted
    }
  }

  private static func keep(
    _ created: RequestCreatedView, in file: consuming TicketFile, _ flow: RequestFlow
  ) throws {
    do { try file.write(created.ticket) } catch {
      // A request that nobody can use any more must not take a reviewer's time.
      _ = try? flow.connection.call(
        .requestCancel(TicketedRequest(request: created.id)), as: RequestView.self)
      throw error
    }
  }

  private func show(_ created: Answer<RequestCreatedView>, _ flow: RequestFlow) throws {
    let view = created.view
    if output.json {
      // A ticket that is in its file stays out of a job's log: the same request, without it.
      let json =
        ticketFile == nil
        ? created.json
        : try flow.connection.answer(
          .requestGet(TicketedRequest(request: view.id)), as: RequestView.self
        ).json
      try Console.print(bytes: json + [UInt8(ascii: "\n")])
      return
    }
    var facts = Facts()
    facts.add("request", "\(view.id)")
    facts.add("state", view.state)
    facts.add("digest", view.digest)
    facts.add("waits", each: view.unmet.map(\.sentence))
    try Console.print(facts.lines())
    if ticketFile == nil, unit.unit == nil {
      // Under the facts, whose labels are as wide.
      try Console.print(["ticket  "], value: view.ticket)
    }
  }

  private func decided(_ flow: RequestFlow, _ id: Int64) throws {
    let request = try flow.waited(
      try flow.connection.call(.requestGet(TicketedRequest(request: id)), as: RequestView.self))
    if request.state != "approved" { throw RequestFlow.fault(request) }
  }
}
