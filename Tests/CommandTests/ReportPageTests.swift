import Glibc
import Promises
import Testing
import VaultCore
import VaultProtocol

@testable import envgate

/// What an auditor's page is, whatever people wrote into the vault.
@Suite struct ReportPageTests {
  private static let now = ConsoleRequestScreenTests.now
  private static let start = ConsoleRequestScreenTests.start

  private static let tame = "deploy"
  /// What a page must not take for anything but text.
  private static let hostile = [
    "<script>document.title='owned'</script>", "javascript:alert(1)",
    "</dd></dl></body><h1>approved</h1>", "\" onload=\"alert(1)", "<img src=x onerror=alert(1)>",
    "<style>.claims{display:none}</style>", "&lt;b&gt;&#60;", "\u{202E}devorppa\u{202C}",
    "\u{1B}[2J\u{0}\r\n", "-->]]>", String(repeating: "A", count: 4_000), "שלום <b>",
  ]

  /// A page whose every claim, comment and account is this text.
  static func page(_ text: String, at now: Int64 = now) throws -> String {
    let context = RequestContext(
      reason: text, ref: text, commit: text, runURL: text,
      command: [text, text], delivery: text, key: text)
    let request = try ConsoleRequestScreenTests.request(
      context: context, state: .closed(.success),
      reviews: [ConsoleRequestScreenTests.review(.approved, text)],
      grant: Grant(
        activated: start.reading, expires: Deadline(after: 3_600_000, from: start), counted: [0],
        released: start.wall + 1_000))
    let view = RequestView(request: request, unmet: [], byServiceAccount: true)
    var ledger = ReportLedger(from: start.wall, to: now)
    let environment = try ConsoleEnvironmentScreenTests.environment(
      "production",
      VaultCore.Gate(
        protection: .reviewers([
          ReviewerRule(reviewers: [.user(name: "alice", uid: 1_000)], required: 1)
        ]),
        requesters: .principals([.user(name: "runner", uid: 998)])))
    let secret = PinnedSecret(name: try SecretName("AZURE_CREDENTIALS"), version: 3)
    let records: [(AuditEvent, Subject?, Int64?, [AuditRecord.Detail])] = [
      (.environmentChanged, .account(0), nil, [.init("revision", "5"), .init("change", text)]),
      (.grantActivated, .account(998), 42, [.init("approved_by", "alice")]),
      (.secretReleased, .account(998), 42, []), (.secretReleased, .account(998), 42, []),
      (
        .secretReleased, .unit(try #require(UnitName("web.service"))), nil,
        [.init("credential", text)]
      ),
      (.secretSet, .account(7), nil, [.init("pruned", text)]),
    ]
    for (index, (event, subject, id, details)) in records.enumerated() {
      ledger.add(
        AuditRecordView(
          record: AuditRecord(
            sequence: Int64(index) + 7, time: start.wall + Int64(index) * 60_000, boot: 1,
            event: event, subject: subject, account: subject?.uid == 998 ? text : nil,
            environment: "production", request: id, secrets: [secret], details: details),
          hash: [UInt8](repeating: 0xCD, count: 32)))
    }
    let stored = Secret(
      environment: 1, name: secret.name, revision: 1, current: 3, updated: start.wall - 900_000_000,
      updater: 7)
    return String(
      decoding: ReportPage(
        facts: ReportFacts(
          status: StatusView(
            version: "0.1.0", vault: [1, 2], you: .init(uid: 5, account: "carol", roles: nil),
            memoryLocked: true, audit: 12,
            warnings: [.init(reason: "clock.behind", text: text)]),
          environment: EnvironmentView(environment: environment, roles: []),
          gate: EnvironmentView(environment: environment, roles: []).explanation, ledger: ledger,
          requests: [view], hasMoreRequests: true,
          secrets: [
            SecretView(
              environment: "production", secret: stored, state: .enabled,
              rotationPeriod: 86_400_000)
          ],
          key: AuditKeyView(
            vault: [1, 2], publicKey: [3],
            signature: ChainSignature(
              vault: [1, 2], sequence: 12, hash: [UInt8](repeating: 0xEF, count: 32), time: now,
              signature: [4])), from: start.wall, now: now)
      ).bytes, as: UTF8.self)
  }

  /// The elements of a page with their attributes, in order.
  private static func tags(_ page: String) -> [Substring] {
    page.split(separator: "<", omittingEmptySubsequences: false).dropFirst().compactMap {
      $0.split(separator: ">", omittingEmptySubsequences: false).first
    }
  }

  @Test(.promise(.reportIsText), arguments: hostile)
  func `honest-screen: whatever people write, a report has the same elements`(text: String) throws {
    let page = try Self.page(text)
    #expect(Self.tags(page) == Self.tags(try Self.page(Self.tame)))
    // Nothing of it steers, turns or hides.
    #expect(page.unicodeScalars.allSatisfy { ForeignText.allows($0) || $0 == "\n" })
    #expect(page.utf8.count < 40_000)
  }

  @Test(.promise(.reportIsText))
  func `honest-screen: no line of a report holds both a fact and what somebody wrote`() throws {
    let lines = try Self.page("WRITTEN").split(separator: "\n")
    let claims = lines.filter { $0.contains("<bdi") }
    // Seven claims, and a comment.
    #expect(claims.count == 8)
    for line in claims {
      #expect(line.hasPrefix("<dd><bdi dir=\"ltr\">&quot;WRITTEN&quot;"), "\(line)")
      #expect(line.hasSuffix("</bdi></dd>"), "\(line)")
    }
    let page = lines.joined(separator: "\n")
    #expect(page.contains("<p>Claimed by the requester, not verified:</p>"))
  }

  @Test func `what is cut of a claim is said`() throws {
    let page = try Self.page(String(repeating: "A", count: 4_000))
    #expect(page.contains("… (3700 more characters)"))
    #expect(page.contains("… (1 more word)"))
    #expect(page.contains("There are older requests that do not fit on this page."))
  }

  @Test func `a report has no script, no address and no style but its own`() throws {
    let page = try Self.page("https://ci.example.org/1")
    for word in ["<script", "href", "src=", "url(", "@import", " style=", "<a ", "<form", "<link"] {
      #expect(!page.contains(word), "\(word)")
    }
    #expect(page.contains("default-src &#39;none&#39;; style-src &#39;sha256-"))
    let style = try #require(page.firstRange(of: "<style>"))
    let policy = try #require(page.firstRange(of: "Content-Security-Policy"))
    #expect(policy.lowerBound < style.lowerBound)
  }

  @Test func `a report says who read what by whose approval, directly too`() throws {
    let page = try Self.page(Self.tame)
    func row(_ cells: [(StaticString, String)]) -> String {
      cells.map { "data-label=\"\($0)\">\($1)</td>\n" }.joined()
    }
    let text = page.replacing("<td class=\"number\" ", with: "<td ")
      .replacing("<td class=\"whole\" ", with: "<td ").replacing("<td ", with: "")
    #expect(
      text.contains(
        row([
          ("Who", "deploy (uid 998)"), ("Secrets", "AZURE_CREDENTIALS@3"), ("Approved by", "alice"),
          ("Request", "42"), ("First", "2026-01-31 11:36:56Z"), ("Last", "2026-01-31 11:37:56Z"),
          ("Times", "2"),
        ])))
    #expect(
      text.contains(
        row([
          ("Who", "unit:web.service"),
          ("Secrets", "AZURE_CREDENTIALS@3 as the credential deploy"),
          ("Approved by", "nobody: read without a request"), ("Request", "-"),
        ])))
    // The gate in the sentences of `environment show`.
    for line in [
      "Only user:runner may request its secrets.", "Before production releases a secret:",
    ] {
      #expect(page.contains("<li class=\"line\">\(line)</li>"))
    }
    #expect(page.contains(", overdue</td>") && page.contains("1 secret overdue for a new value"))
    #expect(page.contains("record 12, sha256:efef") && page.contains("record 12, sha256:cdcd"))
  }

  @Test func `a bar of the timeline stands where it happened, and none outside`() {
    var timeline = ReportTimeline(from: 0, to: 96_000)
    for time: Int64 in [.min / 4, 0, 48_000, 95_999, 96_000, .max / 4] {
      timeline.add(.secretSet, isUnderRequest: false, at: time)
    }
    #expect(timeline.count(of: .secrets) == 6 && timeline.count(of: .direct) == 0)
    var page = Markup()
    timeline.draw(on: &page)
    let bars = page.text.split(separator: "\n").filter { $0.hasPrefix("<rect") }
    #expect(
      bars.map { $0.prefix { $0 != "w" } } == [
        "<rect x=\"0.00%\" ", "<rect x=\"50.00%\" ", "<rect x=\"98.95%\" ",
      ])
  }

  @Test func `of many reads a report keeps the latest, and says that there are more`() {
    var ledger = ReportLedger(from: 0, to: 10_000)
    for id in 1...Int64(5_000) {
      ledger.add(
        AuditRecordView(
          record: AuditRecord(
            sequence: id, time: id, boot: 1, event: .secretReleased, subject: .account(7),
            environment: "production", request: id),
          hash: [UInt8](repeating: 0, count: 32)))
    }
    #expect(ledger.readings.map(\.request) == (4_001...5_000).reversed().map { $0 })
    #expect(ledger.hasMoreReads && ledger.count(of: .secretReleased) == 5_000)
  }
}

/// The page in a browser, as its reader has it.
@Suite(.serialized) struct ReportBrowserTests {
  private static let browser = "/usr/bin/chromium-headless-shell"

  @Test(.promise(.reportIsText))
  func `honest-screen: a browser draws a hostile report as it draws a tame one`() throws {
    let folder = try OpenFolder()
    func drawn(_ text: String, _ name: String) throws -> (page: String, complaints: String) {
      let path = "\(folder.path)/\(name).html"
      try write(try ReportPageTests.page(text), path)
      let done = try Programs.run([
        Self.browser, "--no-sandbox", "--disable-gpu", "--user-data-dir=\(folder.path)/profile",
        "--enable-logging=stderr", "--dump-dom", "file://\(path)",
      ])
      #expect(done.code == 0, "\(done)")
      return (
        done.text,
        done.stderr.split(separator: "\n").filter { $0.contains("CONSOLE") }
          .joined(separator: "\n")
      )
    }
    func tags(_ page: String) -> [Substring] {
      page.split(separator: "<").compactMap { $0.split(separator: ">").first }
    }
    let claims = [
      "<script>document.title='owned'</script>", "javascript:alert(1)",
      "\u{202E}<img src=x onerror=alert(1)>\u{1B}", String(repeating: "<b>", count: 1_200),
    ].joined()
    let (tame, hostile) = (try drawn("deploy", "tame"), try drawn(claims, "hostile"))
    // A style that is not the one of the policy's hash, or a script, would be complained about.
    #expect(tame.complaints.isEmpty && hostile.complaints.isEmpty, "\(hostile.complaints)")
    #expect(tags(tame.page).count > 200 && tags(hostile.page) == tags(tame.page))
    #expect(hostile.page.contains("<title>envgate report: production</title>"))
  }
}
