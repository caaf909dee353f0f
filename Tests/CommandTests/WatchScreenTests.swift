import Glibc
import Promises
import Testing
import VaultCore
import VaultProtocol

@testable import envgate

/// What `watch` shows, as a function of what it knows and of the screen's size.
@Suite struct WatchScreenTests {
  static let now = ConsoleRequestScreenTests.now

  static func view(
    id: Int64 = 42, reason: String? = nil, command: [String] = [], state: RequestState = .waiting,
    revision: Int64 = 2, reviews: [Review] = [],
    left: AbsenceView? = nil
  ) throws -> RequestView {
    let request = try ConsoleRequestScreenTests.request(
      context: RequestContext(reason: reason, ref: "refs/heads/main", command: command),
      state: state, reviews: reviews)
    return RequestView(
      request: AccessRequest(
        id: id, environment: 1, environmentName: request.environmentName, gateRevision: 5,
        revision: revision, requester: request.requester, secrets: request.secrets,
        context: request.context, attended: true, ticketHash: [], created: request.created,
        expires: request.expires, digest: request.digest, state: state, reviews: reviews,
        grant: nil),
      unmet: [
        .approvals(rule: 1, missing: 1, required: 1, from: [.user(name: "bob", uid: 1_001)])
      ], byServiceAccount: true, origin: RequestOrigin(connection: 12, process: 4_711),
      absence: left)
  }

  static func text(_ view: RequestView, variables: [(String, String)] = []) -> ReviewText {
    var facts = Facts()
    for (name, value) in variables { facts.add(name, ForeignText.quoted(value, limit: .max)) }
    return ReviewText(request: view, variables: facts)
  }

  static func entry(_ view: RequestView, isYours: Bool = true, isApproved: Bool = false)
    -> FeedMessage.Entry
  {
    FeedMessage.Entry(request: view, json: [], isYours: isYours, isApproved: isApproved)
  }

  static func screen(_ columns: Int = 80, _ rows: Int = 24) -> WatchScreen {
    WatchScreen(
      size: TerminalSize(columns: columns, rows: rows), now: now, charset: .utf8)
  }

  static func lines(_ model: inout WatchModel, _ screen: WatchScreen = screen()) -> [String] {
    screen.fit(&model)
    return screen.rows(of: model).map(\.text)
  }

  @Test func `the list shows what waits, what is yours first, the oldest of those on top`() throws {
    var model = WatchModel()
    _ = model.take(
      .listed(
        [
          Self.entry(try Self.view(id: 7), isYours: false), Self.entry(try Self.view(id: 9)),
          Self.entry(try Self.view(id: 8)),
        ], sequence: 1), from: nil)
    let lines = Self.lines(&model)
    #expect(lines.count == 24)
    #expect(lines[0] == "3 requests wait, 2 in environments that you review")
    #expect(
      lines[1] == "  REQUEST  ENVIRONMENT  REQUESTER         MADE    EXPIRES  SECRETS")
    #expect(lines[2].hasPrefix("> 8        production   runner (uid 998)  1h ago  in 23h   AZURE_"))
    #expect(lines[3].hasPrefix("  9 ") && lines[4].hasPrefix("  7 "))
    #expect(lines[23] == "Enter opens, arrows or j k move, q quits")
  }

  @Test func `each row names its host, where there are several`() throws {
    var model = WatchModel(namesHosts: true)
    for host in ["build1", "build2"] {
      _ = model.take(.listed([Self.entry(try Self.view())], sequence: 1), from: host)
    }
    let lines = Self.lines(&model)
    #expect(lines[2].hasPrefix("> build1  42 ") && lines[3].hasPrefix("  build2  42 "))
    // A host that goes takes none of its rows along, and none of another's.
    _ = model.take(.lost(CommandFault(.system, "no daemon")), from: "build2")
    let away = Self.lines(&model)
    #expect(away[22] == "build2: no daemon; trying again")
    _ = model.take(.listed([], sequence: 9), from: "build2")
    #expect(model.rows.map(\.key.host) == ["build1"])
    let back = Self.lines(&model)
    #expect(back[22] == "")
  }

  @Test
  func `what was said of a daemon's silence goes when it answers again, and nothing else does`()
    throws
  {
    for back in [FeedMessage.back, .listed([], sequence: 2)] {
      var model = WatchModel()
      model.refused("daemon.absent: no daemon", silent: "")
      #expect(Self.lines(&model)[22] == "daemon.absent: no daemon")
      _ = model.take(.back, from: "another")
      #expect(model.message == "daemon.absent: no daemon")
      _ = model.take(back, from: nil)
      #expect(Self.lines(&model)[22] == "")
      // On an open request, too.
      model.show(Self.text(try Self.view()), for: WatchKey(host: nil, id: 42))
      model.refused("daemon.absent: no daemon", silent: "")
      _ = model.take(back, from: nil)
      #expect(model.open?.notice == nil)
      model.refused("access.denied: no reviewer")
      _ = model.take(back, from: nil)
      #expect(model.open?.notice == "access.denied: no reviewer")
      model.answered("approved")
      _ = model.take(back, from: nil)
      #expect(model.message == "approved")
    }
  }

  @Test(.promise(.watchRows), arguments: [(20, 6), (40, 10), (80, 24), (200, 60)])
  func `every screen has as many rows as it has, none of them wider`(columns: Int, rows: Int) throws
  {
    var model = WatchModel()
    let entries = try (1...50).map { Self.entry(try Self.view(id: $0)) }
    _ = model.take(.listed(entries, sequence: 1), from: nil)
    let screen = Self.screen(columns, rows)
    let text = Self.text(
      try Self.view(reason: String(repeating: "測試 word ", count: 300)),
      variables: [("REGION", String(repeating: "w", count: 300))])
    func check(_ model: inout WatchModel) {
      let lines = Self.lines(&model, screen)
      #expect(lines.count == rows)
      #expect(lines.allSatisfy { DisplayWidth.of($0) <= columns }, "\(lines)")
    }
    for _ in 0..<50 {
      check(&model)
      let mark = "> \(model.marked?.id ?? 0) "
      let lines = Self.lines(&model, screen)
      #expect(lines.contains { $0.hasPrefix(mark) })
      _ = model.press(.down, page: screen.page)
    }
    model.show(text, for: WatchKey(host: nil, id: 42))
    for key in [Key.home, .down, .pageDown, .end, .character("a"), .character("x"), .enter] {
      _ = model.press(key, page: screen.page)
      check(&model)
    }
    #expect(model.open?.step == .confirming(.approve(comment: "x")))
  }

  @Test func `a request is shown with its facts on top and what people wrote behind a mark`() throws
  {
    var model = WatchModel()
    model.show(
      Self.text(
        try Self.view(reason: "deploy 4f2c", reviews: [ConsoleRequestScreenTests.approval]),
        variables: [("REGION", "west")]), for: WatchKey(host: nil, id: 42))
    let lines = Self.lines(&model, Self.screen(100, 30))
    #expect(
      lines == [
        "Request 42 for production: waiting, expires in 23h",
        "  requester  runner (uid 998)",
        "  secrets    AZURE_CREDENTIALS version 3",
        "             DB_PASSWORD version 1",
        "  made       2026-01-31 11:34:56Z (1h ago)",
        "  made on    connection 12, opened by process 4711",
        "  attended   ends by itself when its job stops waiting",
        "  gate       revision 5",
        "  digest     sha256:" + String(repeating: "ab", count: 32),
        "  waits      for user:bob to approve",
        "  review 1   approved by alice (uid 1000) as user:alice at 2026-01-31 12:04:56Z",
        "  note       asked by the account runner; envgate cannot tell who started this job, so its author",
        "             may be among the reviewers",
        "", "Claimed by the requester, not verified:", "│ reason  \"deploy 4f2c\"",
        "│ ref     \"refs/heads/main\"", "", "Variables that the job also gets:",
        "│ REGION  \"west\"", "", "Comments of the reviewers:", "│ review 1  \"tests green\"", "",
        "", "",
        "", "", "", "a approves, r rejects, Esc goes back, Space j k scroll",
      ])
  }

  @Test(.promise(.changedRequestIsShownAnew))
  func `what changes behind an open request is shown anew, and no key of before counts`()
    throws
  {
    var model = WatchModel()
    let key = WatchKey(host: nil, id: 42)
    model.show(Self.text(try Self.view()), for: key)
    _ = Self.lines(&model)
    for typed in [Key.character("a"), .character("x")] { _ = model.press(typed, page: 20) }
    _ = model.takeForgetting()
    let event = EventView(
      sequence: 9, time: Self.now, event: "request.reset", request: 42, environment: "production",
      state: "waiting")
    let changed = try Self.view(revision: 3)
    let wish = model.take(.moved(event, Self.entry(changed)), from: nil)
    #expect(wish == .open(key))
    model.show(Self.text(changed), for: key)
    #expect(model.open?.step == .reading && model.open?.hasSeenEnd == false)
    var isForgotten = model.takeForgetting()
    #expect(isForgotten)
    var lines = Self.lines(&model)
    #expect(lines.contains("the request has changed; read it again"))
    // The same once more is no change.
    model.show(Self.text(changed), for: key)
    isForgotten = model.takeForgetting()
    #expect(!isForgotten)
    // So is a variable, of which no event tells.
    model.show(Self.text(changed, variables: [("REGION", "west")]), for: key)
    isForgotten = model.takeForgetting()
    #expect(isForgotten)
    model.show(Self.text(try Self.view(state: .rejected)), for: key)
    lines = Self.lines(&model)
    #expect(lines.contains("the request is rejected; it needs no answer any more"))
    #expect(lines.last == "Esc goes back")
    _ = model.press(.character("a"), page: 20)
    _ = model.press(.character("r"), page: 20)
    #expect(model.open?.step == .reading)
  }
}
