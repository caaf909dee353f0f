import ArgumentParser
import SecretMemory
import VaultClient
import VaultCore
import VaultProtocol

/// `envgate request create -e ENV …`
struct RequestCreateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Ask for secrets ahead of the job that will use them.",
    discussion: """
      Prints the request and its ticket, which is shown once: whoever has it can act for the request. With \
      --ticket-file it is written there, 0600, instead. Without --wait the request waits by itself, for \
      as long as its environment says.
      """)

  @OptionGroup var environment: EnvironmentOption

  @Option(
    name: [.customShort("s"), .customLong("secret")],
    help: ArgumentHelp("A secret; repeat it. All of them where none is named.", valueName: "name"))
  var secrets: [String] = []

  @OptionGroup var said: ContextOptions

  @Option(
    help: ArgumentHelp("Write the new request's ticket to this new file.", valueName: "path"))
  var ticketFile: String?

  @Option(
    help: ArgumentHelp(
      "End this older request of yours in the same step; with --supersede-ticket-file.",
      valueName: "id"))
  var supersede: Int64?

  @Option(
    help: ArgumentHelp("The file that keeps the older request's ticket.", valueName: "path"))
  var supersedeTicketFile: String?

  @Flag(help: "Wait until it is decided; exits with 77 where it was not approved.")
  var wait = false

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if (supersede == nil) != (supersedeTicketFile == nil) {
      throw ValidationError("--supersede and --supersede-ticket-file go together")
    }
    if said.timeout != nil, !wait { throw ValidationError("--timeout is for --wait") }
  }

  func run() throws {
    // Before anything is asked for: a ticket that could not be kept would be lost.
    let file = try ticketFile.map { try TicketFile(creating: $0) }
    let older = try supersedeTicketFile.map { try TicketFile.read($0) }
    let names = try secrets.map { try SecretName(argument: $0) }
    let flow = try RequestFlow(path: connection.path, deadline: said.deadline)
    let created = try flow.ask(
      RequestCreate(
        environment: try environment.name, secrets: names.isEmpty ? nil : names,
        context: said.context(delivery: nil), attended: wait,
        supersede: supersede.map { .init(request: $0, ticket: older) }))
    if let file { try file.write(created.view.ticket) }
    try print(created)
    if wait { try decided(flow, created.view.id) }
  }

  private func print(_ created: Answer<RequestCreatedView>) throws {
    let view = created.view
    if output.json {
      try Console.print(bytes: created.json + [UInt8(ascii: "\n")])
      return
    }
    var facts = Facts()
    facts.add("request", "\(view.id)")
    facts.add("state", view.state)
    facts.add("digest", view.digest)
    facts.add("waits", each: view.unmet.map(\.sentence))
    try Console.print(facts.lines())
    if ticketFile == nil {
      try Console.print(["ticket"], value: view.ticket)
    }
  }

  private func decided(_ flow: RequestFlow, _ id: Int64) throws {
    let request = try flow.waited(
      try flow.connection.call(.requestGet(RequestGet(request: id)), as: RequestView.self))
    if request.state != "approved" { throw RequestFlow.fault(request) }
  }
}
