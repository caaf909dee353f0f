import ArgumentParser

/// The request that a command reads under; see ``RequestTerms``.
struct RequestOptions: ParsableArguments {
  @OptionGroup var said: ContextOptions

  @Option(
    help: ArgumentHelp(
      "Use this earlier request instead of making one; needs --ticket-file.",
      valueName: "id"), completion: .requests("waiting", "approved", "active"))
  var request: Int64?

  @Option(
    help: ArgumentHelp("The file with the ticket of --request.", valueName: "path"),
    completion: .file())
  var ticketFile: String?

  func validate() throws {
    if (request == nil) != (ticketFile == nil) {
      throw ValidationError("--request and --ticket-file need each other; add the missing one")
    }
    if request != nil, said.claims.saysSomething {
      throw ValidationError(
        "--reason, --ref, --commit, --run-url and --key describe a new request; leave them out with --request"
      )
    }
  }

  var terms: RequestTerms {
    var terms = RequestTerms(
      claims: said.claims, timeout: said.timeout, endsWithParent: said.withParent)
    if let request, let ticketFile {
      terms.earlier = RequestTerms.Earlier(id: request, ticketFile: ticketFile)
    }
    return terms
  }
}
