import Glibc
import Promises
import Testing
import VaultProtocol

/// The article *Who may do what*, cell by cell, with the real daemon and real accounts: each account calls
/// each method about a fresh environment and request, and is let or refused as the table says.
@Suite(.enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct WhoMayDoWhatTests {
  /// Somebody, and the words of the table that they are.
  struct Account: CustomTestStringConvertible {
    let testDescription: String
    let uid: UInt32
    let words: Set<String>
    /// Whether it calls on the connection that made the request.
    var isAsker = false
  }

  static let accounts = [
    Account(testDescription: "nobody in particular", uid: TestDaemon.stranger.uid, words: []),
    Account(
      testDescription: "another job of the requester", uid: TestDaemon.runner.uid,
      words: ["requester", "own"]),
    Account(
      testDescription: "the job that asked", uid: TestDaemon.runner.uid,
      words: ["requester", "own", "asker"], isAsker: true),
    Account(testDescription: "a reviewer", uid: TestDaemon.bob.uid, words: ["reviewer"]),
    Account(testDescription: "a writer", uid: TestDaemon.carol.uid, words: ["writer"]),
    Account(testDescription: "an auditor", uid: 8, words: ["auditor"]),
    Account(testDescription: "an admin", uid: 0, words: ["admin"]),
  ]

  /// What somebody who may not is told. Anything else was judged behind the role.
  static let refusals: Set<String> = [
    "access.denied", "environment.unknown", "request.unknown", "ticket.required",
  ]

  @Test(.promise(.rolesDecide), arguments: accounts)
  func `each account may do exactly what the table says`(account: Account) throws {
    let table = try WhoMayDoWhatTable()
    let daemon = try TestDaemon(extra: ",\n  \"auditors\": [\"user:mail\"]")
    let admin = try LineClient(daemon.socket)
    for (index, row) in table.rows.enumerated() {
      let stage = try Stage(named: "stage-\(index)", daemon, admin)
      let client =
        account.isAsker ? stage.asker : try LineClient(daemon.socket, as: account.uid)
      let may = row.words.contains("everyone") || !row.words.isDisjoint(with: account.words)
      let (isLet, answer) = try stage.lets(
        client, call: row.call, withTicket: account.isAsker, patience: may ? 20_000 : 300)
      #expect(
        isLet == may,
        "\(row.call) by \(account.testDescription): \(isLet ? "let" : "refused"), the table says \(row.words.sorted()); the answer: \(answer)"
      )
    }
  }

  @Test(.promise(.rolesDecide))
  func `every method has a row, and every row a method`() throws {
    let listed = Set(try WhoMayDoWhatTable().rows.map { $0.call.split(separator: " ")[0] })
    #expect(listed == Set(Method.allCases.map { Substring($0.rawValue) }))
  }
}

/// The table of the article, a row for each call.
private struct WhoMayDoWhatTable {
  struct Row {
    /// The method, and ` with` where `secret.get` names a request.
    let call: String
    let words: Set<String>
  }

  private(set) var rows: [Row] = []

  init() throws {
    let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let article = String(
      decoding: try readFile(
        root + "/Sources/VaultProtocol/VaultProtocol.docc/WhoMayDoWhat.md"), as: UTF8.self)
    for line in article.split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.split(separator: "|").map { $0.trimmed }
      let words = Set(cells[1].split(separator: ",").map { String($0.trimmed) })
      for part in cells[0].split(separator: ",").map(\.trimmed) {
        let quoted = part.split(separator: "`", omittingEmptySubsequences: false)
        let method = quoted[1].split(separator: ".")
        let suffix = quoted[2].contains(" with a request") ? " with" : ""
        for verb in method[1].split(separator: "/") {
          rows.append(Row(call: "\(method[0]).\(verb)\(suffix)", words: words))
        }
      }
    }
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    var text = drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return text
  }
}

/// An environment of its own with a secret, a variable and a request that waits.
private struct Stage {
  let environment: String
  let asker: LineClient
  private let request: String
  private let ticket: String
  private let digest: String
  private let before: String

  init(named environment: String, _ daemon: TestDaemon, _ admin: LineClient) throws {
    self.environment = environment
    for call in [
      Self.line(
        "environment.create",
        """
        "name":"\(environment)","requesters":["user:daemon"],"writers":["user:games"],\
        "rules":[{"reviewers":["user:backup"],"required":1}]
        """),
      Self.line("secret.set", #""environment":"\#(environment)","name":"A","value":"v""#),
      Self.line("variable.set", #""environment":"\#(environment)","name":"B","value":"v""#),
    ] {
      let answer = try admin.call(call)
      guard answer.contains("\"result\"") else { throw HarnessFault("\(call)\n\(answer)") }
    }
    before = try admin.call(Self.line("server.status", "")).number(of: "audit")
    asker = try LineClient(daemon.socket, as: TestDaemon.runner.uid)
    let made = try asker.call(Self.line("request.create", #""environment":"\#(environment)""#))
    guard made.contains("\"result\"") else { throw HarnessFault("request.create\n\(made)") }
    request = made.number(of: "id", behind: "\"result\"")
    ticket = made.text(of: "ticket")
    digest = made.text(of: "digest")
  }

  /// Whether the daemon lets somebody make this call, and what it said; of what lists, whether it shows what
  /// it is about.
  /// - Parameter patience: the milliseconds after which an event does not come.
  func lets(
    _ client: LineClient, call: String, withTicket: Bool, patience: Int32
  ) throws -> (Bool, answer: String) {
    let method = call.split(separator: " ").first.map(String.init) ?? call
    let ticket = withTicket ? ticket : "egr1_of_another_request"
    guard let parameters = parameters(ticket)[call] else {
      throw HarnessFault("this test does not know how to call \(call)")
    }
    if method == "request.wait" {
      // Who may see no more than its state waits until that changes.
      try client.send(Self.line(method, parameters) + "\n")
      guard try client.hasLine(within: 300) else { return (true, "none yet") }
      let answer = try client.line() ?? "the end of the connection"
      return (answer.reason.map { !WhoMayDoWhatTests.refusals.contains($0) } ?? true, answer)
    }
    let answer = try client.call(Self.line(method, parameters))
    if let reason = answer.reason {
      return (!WhoMayDoWhatTests.refusals.contains(reason), answer)
    }
    switch method {
    case "environment.list": return (answer.contains("\"name\":\"\(environment)\""), answer)
    case "request.list": return (answer.contains("\"id\":\(request),"), answer)
    case "events.subscribe": return try isTold(client, patience, behind: answer)
    default: return (true, answer)
    }
  }

  /// Whether an event about the request comes, and all that came. That none does takes a moment to know.
  private func isTold(
    _ client: LineClient, _ patience: Int32, behind answer: String
  ) throws -> (Bool, answer: String) {
    var lines = [answer]
    while try client.hasLine(within: patience), let line = try client.line() {
      lines.append(line)
      if line.contains("\"method\":\"event\""), line.contains("\"request\":\(request),") {
        return (true, line)
      }
    }
    return (false, lines.joined(separator: "\n"))
  }

  private func parameters(_ ticket: String) -> [String: String] {
    let environment = #""environment":"\#(environment)""#
    let secret = environment + #","name":"A""#
    let request = #""request":\#(request)"#
    return [
      "server.status": "",
      "environment.create":
        #""name":"another-\#(self.environment)","requesters":["any"],"unprotected":true"#,
      "environment.get": #""name":"\#(self.environment)""#,
      "environment.list": #""limit":500"#,
      "secret.create": environment + #","name":"C""#,
      "environment.update": #""name":"\#(self.environment)","exclusive":true"#,
      "environment.delete": #""name":"\#(self.environment)""#,
      "principal.get": #""principal":"user:nobody""#,
      "principal.remove": #""principal":"user:nobody""#,
      "secret.set": secret + #","value":"w""#,
      "secret.import": environment + #","names":["A"]"#,
      "secret.get": secret,
      "secret.get with": secret + "," + request,
      "secret.list": environment,
      "secret.versions": secret,
      "secret.disable": secret + #","version":1"#,
      "secret.enable": secret + #","version":1"#,
      "secret.destroy": secret + #","version":1"#,
      "secret.rollback": secret + #","to":1"#,
      "secret.delete": secret,
      "variable.set": environment + #","name":"C","value":"v""#,
      "variable.list": environment,
      "variable.delete": environment + #","name":"B""#,
      "request.create": environment,
      "request.get": request,
      "request.list": environment,
      "request.wait": request + #","revision":0"#,
      "request.cancel": request,
      "request.approve": request + #","digest":"\#(digest)""#,
      "request.reject": request + #","comment":"no""#,
      "request.revoke": request,
      "grant.activate": request,
      "grant.resume": request + #","ticket":"\#(ticket)""#,
      "grant.read": request,
      "grant.hold": request,
      "grant.close": request + #","outcome":"success""#,
      "audit.list": #""limit":1"#,
      "audit.verify": "",
      "audit.key": "",
      "key.status": "",
      "key.rotate": environment,
      "backup.open": "",
      "backup.read": #""after":0"#,
      "events.subscribe": #""after":\#(before)"#,
    ]
  }

  private static func line(_ method: String, _ parameters: String) -> String {
    #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{\#(parameters)}}"#
  }
}

extension String {
  fileprivate var reason: String? {
    guard let start = firstRange(of: "\"reason\":\"")?.upperBound, contains("\"error\"") else {
      return nil
    }
    return String(self[start...].prefix { $0 != "\"" })
  }

  fileprivate func text(of name: String) -> String {
    guard let start = firstRange(of: "\"\(name)\":\"")?.upperBound else { return "" }
    return String(self[start...].prefix { $0 != "\"" })
  }

  fileprivate func number(of name: String, behind mark: String = "{") -> String {
    guard let from = firstRange(of: mark)?.upperBound,
      let start = self[from...].firstRange(of: "\"\(name)\":")?.upperBound
    else { return "" }
    return String(self[start...].prefix { $0.isNumber })
  }
}
