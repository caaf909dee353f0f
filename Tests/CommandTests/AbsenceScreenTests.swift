import Promises
import Testing
import VaultCore
import VaultProtocol

@testable import envgate

/// What the lists and the open request say of one that is answered in vain, or was answered already.
@Suite struct AbsenceScreenTests {
  private static let now = WatchScreenTests.now
  private static let left = AbsenceView(since: now - 20_000, ends: now + 40_000)

  @Test
  func `nobody waits since when, and until when, stands in the first line and among the facts`()
    throws
  {
    let lines = try WatchScreenTests.view(left: Self.left).lines(now: Self.now)
    #expect(
      lines[0] == "Request 42 for production: waiting, nobody waits since 20s, ends in 40s")
    #expect(
      lines.contains(
        "  attended   nobody waits since 20s, ends in 40s, unless its job comes back"))
    let host = try WatchScreenTests.view(left: Self.left).title(now: Self.now, host: "build1")
    #expect(
      host
        == "Request build1:42 for build1:production: waiting, nobody waits since 20s, ends in 40s"
    )
  }

  @Test func `request list has a column for it where it is so, and none elsewhere`() throws {
    let views = [try WatchScreenTests.view(left: Self.left), try WatchScreenTests.view(id: 7)]
    let rows = RequestListCommand.table([(nil, views)], isForPerson: false)
      .lines(aligned: false, colours: false)
    #expect(
      rows[0].split(separator: "\t").last?.hasPrefix("nobody waits since ") == true, "\(rows)")
    #expect(rows[1].hasSuffix("\t-"))
    let person = RequestListCommand.table([(nil, views)], isForPerson: true)
      .lines(aligned: true, colours: false, width: 44)
    #expect(person[0].hasPrefix("REQUEST  STATE    JOB GONE "))
    #expect(person[1].hasPrefix("     42  waiting  since ") && person[2].contains("  -  "))
    let plain = RequestListCommand.table([(nil, [views[1]])], isForPerson: false)
      .lines(aligned: false, colours: false)
    #expect(plain[0].hasSuffix("AZURE_CREDENTIALS DB_PASSWORD"))
  }

  @Test func `watch says it in the list, and in the last question of an approval`() throws {
    var model = WatchModel()
    _ = model.take(
      .listed(
        [
          WatchScreenTests.entry(try WatchScreenTests.view(left: Self.left)),
          WatchScreenTests.entry(try WatchScreenTests.view(id: 43)),
        ], sequence: 1), from: nil)
    let lines = WatchScreenTests.lines(&model)
    #expect(
      lines[1].hasPrefix(
        "  REQUEST  NOTE                ENVIRONMENT  REQUESTER         MADE    EXPIRES"))
    #expect(
      lines[2].hasPrefix(
        "> 42       nobody waits (20s)  production   runner (uid 998)  1h ago  in 40s"))
    #expect(lines[3].hasPrefix("  43       -                   production   "))
    #expect(
      WatchScreenTests.lines(&model, WatchScreenTests.screen(40))[2]
        == "> 42       nobody waits (20s)  producti…")
    let key = WatchKey(host: nil, id: 42)
    model.show(WatchScreenTests.text(try WatchScreenTests.view(left: Self.left)), for: key)
    for key in [Key.end, .character("a"), .enter] {
      _ = WatchScreenTests.lines(&model)
      _ = model.press(key, page: 20)
    }
    #expect(
      WatchScreenTests.lines(&model).contains(
        "Approve 42 for production, though nobody waits since 20s, ends in 40s?"))
  }

  @Test(.promise(.vainRequestsAreMarked))
  func `a job that goes and comes takes nothing back of what was read and begun`() throws {
    var model = WatchModel()
    let key = WatchKey(host: nil, id: 42)
    model.show(WatchScreenTests.text(try WatchScreenTests.view()), for: key)
    _ = WatchScreenTests.lines(&model)
    for key in [Key.end, .character("a"), .enter] { _ = model.press(key, page: 20) }
    let begun = model.open?.step
    #expect(begun == .confirming(.approve(comment: "")))
    for left in [Self.left, nil, Self.left] {
      model.show(WatchScreenTests.text(try WatchScreenTests.view(left: left)), for: key)
      #expect(model.open?.step == begun)
    }
    #expect(WatchScreenTests.lines(&model)[0].hasSuffix("nobody waits since 20s, ends in 40s"))
  }

  @Test func `what I have approved is marked, and goes down the list`() throws {
    var model = WatchModel()
    _ = model.take(
      .listed(
        [
          WatchScreenTests.entry(try WatchScreenTests.view(id: 7), isApproved: true),
          WatchScreenTests.entry(try WatchScreenTests.view(id: 8), isYours: false),
          WatchScreenTests.entry(try WatchScreenTests.view(id: 9)),
        ], sequence: 1), from: nil)
    let lines = WatchScreenTests.lines(&model)
    #expect(lines[0] == "3 requests wait, 1 in environments that you review, 1 approved by you")
    #expect(lines[1].hasPrefix("  REQUEST  NOTE             ENVIRONMENT"))
    #expect(model.rows.map(\.key.id) == [9, 8, 7])
    #expect(lines[4].hasPrefix("  7        approved by you  production"))
    let view = try WatchScreenTests.view(reviews: [ConsoleRequestScreenTests.approval])
    #expect(view.isApproved(by: 1_000) && !view.isApproved(by: 1_001) && !view.isApproved(by: nil))
  }

  @Test(
    .promise(.listColumns),
    arguments: [
      (120, "  \"deploy 4f2c\""), (110, "  \"deploy 4f2c\""), (80, nil),
    ] as [(Int, String?)])
  func `a list shows the reason where there is room, and cuts nothing else for it`(
    width: Int, end: String?
  ) throws {
    let view = try WatchScreenTests.view(reason: "deploy 4f2c")
    let row = RequestListCommand.table([(nil, [view])], isForPerson: true)
      .lines(aligned: true, colours: false, width: width)[1]
    var model = WatchModel()
    _ = model.take(.listed([WatchScreenTests.entry(view)], sequence: 1), from: nil)
    let watched = WatchScreenTests.lines(&model, WatchScreenTests.screen(width))[2]
    for line in [row, watched] {
      #expect(line.contains("production") && DisplayWidth.of(line) <= width, "\(line)")
      if let end {
        #expect(line.hasSuffix(end), "\(line)")
      } else {
        #expect(!line.contains("deploy"))
      }
    }
  }

  @Test(.promise(.listColumns))
  func `a claim in a list is its last column, in quotes, and moves no other`() throws {
    let hostile = "\tx\" production \u{1B}[2J 7  approved\nREQUEST"
    var model = WatchModel()
    let views = [
      try WatchScreenTests.view(reason: hostile), try WatchScreenTests.view(id: 43, reason: "b"),
    ]
    _ = model.take(.listed(views.map { WatchScreenTests.entry($0) }, sequence: 1), from: nil)
    let lines = WatchScreenTests.lines(&model, WatchScreenTests.screen(160))
    #expect(
      lines[2].hasSuffix(#"  "\u{9}x\" production \u{1B}[2J 7  approved\u{A}REQUEST""#),
      "\(lines[2])")
    #expect(lines[3].hasSuffix("  \"b\""))
    let column = try #require(lines[1].firstRange(of: "CLAIMED")).lowerBound
    #expect(lines[2][column...].first == "\"" && lines[3][column...].first == "\"")
    #expect(lines.count == 24)
  }

  @Test func `the first of reason, ref, commit and command is shown, and of a part nothing`() throws
  {
    func shown(_ context: RequestContext) throws -> String? {
      RequestView(
        request: try ConsoleRequestScreenTests.request(context: context), unmet: [],
        byServiceAccount: false
      ).claimInShort
    }
    #expect(try shown(RequestContext(reason: "a", ref: "b")) == "\"a\"")
    #expect(try shown(RequestContext(ref: "b", command: ["c"])) == "\"b\"")
    #expect(
      try shown(RequestContext(command: ["./deploy.sh", "--fast"])) == "\"./deploy.sh --fast\"")
    #expect(try shown(RequestContext()) == nil)
    #expect(RequestView(partOf: try ConsoleRequestScreenTests.request()).claimInShort == nil)
  }

  @Test(.promise(.vainRequestsAreMarked))
  func `a version that is not what a reviewer expects is marked in list, show and question`()
    throws
  {
    let name = try SecretName("AZURE_CREDENTIALS")
    let request = try ConsoleRequestScreenTests.request()
    let old = RequestView(
      request: request, unmet: [], byServiceAccount: false, current: [name: 4])
    #expect(
      old.lines(now: Self.now).contains(
        "  secrets    AZURE_CREDENTIALS version 3: not current; the current version is 4"))
    #expect(
      old.inShort(host: "build1").contains(
        "for build1:production: AZURE_CREDENTIALS version 3 (not current), DB_PASSWORD version 1"))
    #expect(old.secretsInShort == "(not current) AZURE_CREDENTIALS DB_PASSWORD")
    let gone = RequestView(
      request: request, unmet: [], byServiceAccount: false,
      unusable: [UnusableSecret(name: name, state: .destroyed)])
    #expect(gone.secretsInShort == "(destroyed) AZURE_CREDENTIALS DB_PASSWORD")
    let last = RequestView(
      request: request, unmet: [], byServiceAccount: false,
      current: [try SecretName("DB_PASSWORD"): 4])
    #expect(last.secretsInShort == "(not current) DB_PASSWORD AZURE_CREDENTIALS")
  }

  @Test(arguments: [false, true], [false, true])
  func
    `request list marks at 80 columns what the caller approved, and a version that is not current`(
      isApproved: Bool, isGone: Bool
    ) throws
  {
    let view = RequestView(
      request: try ConsoleRequestScreenTests.request(
        context: RequestContext(reason: String(repeating: "long ", count: 20))),
      unmet: [], byServiceAccount: false, current: [try SecretName("AZURE_CREDENTIALS"): 4],
      absence: isGone ? Self.left : nil)
    let approved: Set<WatchKey> = isApproved ? [WatchKey(host: nil, id: 42)] : []
    let lines = RequestListCommand.table([(nil, [view])], approved: approved, isForPerson: true)
      .lines(aligned: true, colours: false, width: 80)
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(lines[1].contains("(not current)"), "\(lines)")
    #expect(lines[0].contains("BY YOU") == isApproved)
    #expect(lines[1].contains("waiting  approved  ") == isApproved, "\(lines)")
  }

  @Test func `an account that is gone is marked where it is named, and no other`() {
    let gone = GonePrincipals(marks: ["user:al": "gone", "user:al-adm": "no such name"])
    for (sentence, marked) in [
      ("one of user:al and user:bob", "one of user:al (gone) and user:bob"),
      (
        "user:al-adm, user:alice or user:al.x may",
        "user:al-adm (no such name), user:alice or user:al.x may"
      ),
      ("by xuser:al, user:al.", "by xuser:al, user:al (gone)."),
      ("user:al", "user:al (gone)"), ("nobody", "nobody"),
    ] {
      #expect(gone.marked(sentence) == marked)
    }
    let advice = gone.advice(about: "production") ?? ""
    #expect(advice.hasPrefix("user:al, user:al-adm: no longer satisfies"), "\(advice)")
    #expect(GonePrincipals(marks: [:]).advice(about: "production") == nil)
  }

  @Test func `no screen says that nothing waits while no daemon answers`() throws {
    var model = WatchModel()
    _ = model.take(.listed([], sequence: 1), from: nil)
    #expect(WatchScreenTests.lines(&model)[0] == "0 requests wait")
    _ = model.take(.lost(CommandFault(.system, "no daemon")), from: nil)
    #expect(
      WatchScreenTests.lines(&model)[0] == "no daemon answers, so the list may be out of date")
    _ = model.take(.back, from: nil)
    #expect(WatchScreenTests.lines(&model)[0] == "0 requests wait")
  }
}
