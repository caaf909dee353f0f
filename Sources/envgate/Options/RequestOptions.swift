import ArgumentParser

/// The request that a command reads under; see ``RequestTerms``.
struct RequestOptions: ParsableArguments {
  @OptionGroup var said: ContextOptions

  @Option(
    help: ArgumentHelp(
      "Use this request, made earlier, instead of a new one; with its --ticket-file.",
      valueName: "id"), completion: .requests("waiting", "approved", "active"))
  var request: Int64?

  @Option(
    help: ArgumentHelp("The file that keeps that request's ticket.", valueName: "path"),
    completion: .file())
  var ticketFile: String?

  func validate() throws {
    if (request == nil) != (ticketFile == nil) {
      throw ValidationError("--request and --ticket-file go together: a request and its ticket")
    }
    if request != nil, said.claims.saysSomething {
      throw ValidationError(
        "the request exists already; --reason, --ref, --commit, --run-url and --key are for a new one"
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
