import ArgumentParser
import VaultClient
import VaultProtocol

/// `envgate approve ID…`
struct Approve: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve",
    abstract: "Show requests and approve exactly what was shown.",
    discussion: """
      envgate shows each request first, and the approval carries the digest of what it showed. On \
      a terminal it then asks you. Without a terminal, add --yes or --digest.

      A name that no approved request of the environment has held comes first, because a job may \
      obey a variable of that name. You approve such a name by typing it. --yes refuses the \
      request; add --accept-new, or use --digest.

      If another request makes the same claims, you must type the number of the request, which the \
      log of the expected job shows. --yes refuses such a request; --digest approves it.

      HOST:ID or USER@HOST:ID is a request in the vault of another host, reached with ssh. If one \
      request fails, envgate still handles the others.

      Examples:
        envgate approve 42 -m "tests are green"
        envgate approve 42 43 --yes
        envgate approve build1:42
      """)

  @Argument(
    help: ArgumentHelp("The requests to approve.", valueName: "[host:]id"),
    completion: .requests("waiting"))
  var ids: [HostedID]

  @Option(
    name: [.customShort("m"), .customLong("message")],
    help: ArgumentHelp("A comment for the record, one line.", valueName: "text"))
  var message: String?

  @Flag(help: "Approve without asking.")
  var yes = false

  @Flag(help: "Also approve new names without asking for each one.")
  var acceptNew = false

  @Option(
    help: ArgumentHelp(
      "Approve without asking, but only if the request has this digest.", valueName: "sha256:..."))
  var digest: String?

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if digest != nil, ids.count != 1 {
      throw ValidationError("--digest approves one request; name only that one")
    }
    if let digest, Digest(digest) == nil {
      throw ValidationError(
        "a digest is sha256: and 64 lower-case hexadecimal digits, as envgate request show prints it"
      )
    }
  }

  func run() throws {
    if !yes, digest == nil, !Console.canAsk {
      throw CommandFault(
        .usage,
        "there is no terminal to ask on; add --yes, or --digest with the digest that you were shown"
      )
    }
    let vaults = try HostedConnections(connection, for: ids)
    var answers: [(host: HostName?, reply: Answer<RequestView>)] = []
    var faults = FirstFault()
    do {
      for id in ids {
        let host = try connection.destination(of: id).host
        do {
          answers.append((host, try approve(id.number, at: host, on: vaults.connection(for: id))))
        } catch {
          try faults.take(error, on: host, request: ids.count > 1 ? id.number : nil)
        }
      }
    } catch {
      // What was approved before the end is approved, and a program must know.
      if output.json { try output.print(hosted: answers, single: ids.count == 1) }
      throw error
    }
    if output.json { try output.print(hosted: answers, single: ids.count == 1) }
    try faults.end()
  }

  private func declined(_ id: Int64) -> CommandFault {
    CommandFault(.reviewDeclined, "request \(id) was not approved and did not change")
  }

  /// Refuses what a plain yes would pass over unseen: new names, and a request that others are like.
  private func requireAttention(_ shown: RequestView) throws {
    if digest != nil { return }
    let hasMore = shown.moreNewVariables > 0
    if !acceptNew, hasMore || yes && !shown.newNames.isEmpty {
      throw CommandFault(
        .nameNew,
        "request \(shown.id) has names that no approved request of \(shown.environment) has held: "
          + shown.newNames.map(\.name).joined(separator: ", ")
          + "; add --accept-new, or --digest with the digest that you were shown")
    }
    if yes, shown.hasTwins {
      throw CommandFault(
        .requestTwins,
        PlainText.shown(
          "\(shown.twinSentence) as request \(shown.id), so --yes alone approves neither; if the log of the "
            + "job that you expect names request \(shown.id), add --digest \(shown.digest)"))
    }
  }

  /// Asks for each new name by itself.
  private func askAboutNames(_ shown: RequestView) throws {
    if yes || digest != nil || acceptNew { return }
    for (kind, name) in shown.newNames
    where !Console.confirm("The \(kind) \(name) is new in \(shown.environment).", typing: name) {
      throw declined(shown.id)
    }
  }

  private func approve(
    _ id: Int64, at host: HostName?, on connection: Connection
  ) throws -> Answer<RequestView> {
    let place = host.map { " on \($0.text)" } ?? ""
    var shown = try ReviewScreen.show(id, of: host, on: connection)
    if shown.isPartial {
      throw CommandFault(
        .accessDenied,
        "you are not a reviewer of \(shown.environment); ask one that request \(id) waits for"
      )
    }
    try requireAttention(shown)
    try askAboutNames(shown)
    if !yes, digest == nil { try confirm(&shown, host, on: connection) }
    guard let digest = Digest(digest ?? shown.digest) else {
      throw CommandFault(.replyInvalid, "request \(id) came without a digest")
    }
    let answer = try connection.answer(
      .requestApprove(RequestApprove(request: id, digest: digest.bytes, comment: message ?? "")),
      as: RequestView.self)
    if host != nil { try answer.requireNamelessObjects() }
    if yes || self.digest != nil, let left = answer.view.left {
      Console.note("request \(id)\(place) was approved, and \(left.sentence(now: WallClock.now))")
    }
    // One may have come since it was shown.
    let like = answer.view.hasTwins ? answer.view : shown
    if yes || self.digest != nil, like.hasTwins {
      Console.note(PlainText.shown("request \(id)\(place) was approved, and \(like.twinSentence)"))
    }
    if !output.json {
      let prefix = host.map { "\($0.text): " } ?? ""
      try Console.print([
        answer.view.waitingSentence(now: WallClock.now).map { "\(prefix)approved; \($0)" }
          ?? PlainText.shown("\(prefix)approved; request \(id) is \(answer.view.state)")
      ])
    }
    return answer
  }

  /// Asks whether what was shown is meant. A twin that has come while the reviewer was reading is shown too, once:
  /// more of them change nothing about what is asked.
  private func confirm(
    _ shown: inout RequestView, _ host: HostName?, on connection: Connection
  ) throws {
    func ask() throws {
      let left = shown.left.map { ", though \($0.sentence(now: WallClock.now))" } ?? ""
      let question =
        "Approve request \(RequestView.text("\(shown.id)", of: host?.text)) "
        + shown.inShort(host: host?.text) + left
      let isMeant =
        shown.hasTwins
        ? Console.confirm(
          PlainText.shown("\(question), \(left.isEmpty ? "though" : "and") \(shown.twinSentence)?"),
          typing: "\(shown.id)")
        : Console.confirm("\(question)?")
      if !isMeant { throw declined(shown.id) }
    }
    try ask()
    if shown.hasTwins { return }
    let now = try connection.call(
      .requestGet(TicketedRequest(request: shown.id)), as: RequestView.self)
    guard now.hasTwins, now.digest == shown.digest else { return }
    shown = try ReviewScreen.show(shown.id, of: host, on: connection)
    try ask()
  }
}
