import VaultClient
import VaultProtocol

/// A whole request as rows: the vault's facts, and below them what people wrote. `watch`, `approve` and `request
/// show` have the same rows on a terminal.
///
/// Invariant: every row of what people wrote begins with the margin mark, and no other row does. However
/// long such a text is and wherever it is broken, it can neither look like a fact nor stand above one, and it
/// holds no more than two blanks in a row with which it could draw.
struct ReviewText: Hashable {
  let request: RequestView
  let variables: Facts
  /// The host whose request it is, where one was named.
  var host: String?

  /// Whether nothing else is different than which other requests say the same.
  func isSame(but other: ReviewText) -> Bool {
    request.alone == other.request.alone && variables == other.variables
  }

  /// The first line: which request of which host it is, and where it stands.
  func title(now: Int64) -> String { request.title(now: now, host: host) }

  /// The lines for a command that ends: on a terminal rows of its width, elsewhere a line for each fact and claim.
  func lines(on screen: Screen, now: Int64) -> [String] {
    guard let width = screen.width else {
      let beside = variables.isEmpty ? [] : [Connection.variablesTitle] + variables.lines(indent: 2)
      return (request.lines(now: now, host: host) + beside).map(screen.charset.shown)
    }
    let facts = [title(now: now)] + request.facts(now: now).lines(indent: 2)
    return facts.flatMap { HangingLines.of($0, width: width, charset: screen.charset) }
      + written(width: width, charset: screen.charset).map(\.text)
  }

  private static func margin(_ charset: Charset) -> String { charset == .utf8 ? "│ " : "| " }

  /// The rows of the facts, which say how long ago something was and so change by themselves.
  func facts(width: Int, now: Int64, charset: Charset) -> [ScreenRow] {
    Self.rows(of: request.facts(now: now), margin: "  ", width, charset) { $0 }
  }

  /// The rows below them. What is approved is all of it, so all of it is here.
  func written(width: Int, charset: Charset) -> [ScreenRow] {
    let foreign: [(String, Facts)] = [
      (RequestView.claimedTitle, request.claims()),
      (Connection.variablesTitle, variables),
      (RequestView.writtenTitle, request.comments()),
    ]
    var rows: [ScreenRow] = []
    for (title, facts) in foreign where !facts.isEmpty {
      rows.append(ScreenRow(""))
      rows += ScreenText.wrapped(title, to: width).map { ScreenRow($0, .strong) }
      rows += Self.rows(of: facts, margin: Self.margin(charset), width, charset) {
        ScreenText.gathered($0, charset: charset)
      }
    }
    return rows
  }

  /// Labels in a column of their own, as long as enough is left for the texts.
  private static func rows(
    of facts: Facts, margin: String, _ width: Int, _ charset: Charset,
    _ prepared: (String) -> String
  ) -> [ScreenRow] {
    let labels = (facts.rows.map { DisplayWidth.of($0.label) }.max() ?? 0) + 2
    let room = width - DisplayWidth.of(margin)
    let isBeside = room - labels >= max(16, width / 3)
    var rows: [ScreenRow] = []
    for fact in facts.rows {
      let text = prepared(ScreenText.shown(fact.text, charset: charset))
      let label = ScreenText.shown(fact.label, charset: charset)
      let indent = isBeside ? labels : 2
      var beginning = label + blanks(indent - DisplayWidth.of(label))
      if !isBeside {
        if !label.isEmpty {
          rows += ScreenText.wrapped(label, to: room).map { ScreenRow(margin + $0) }
        }
        beginning = blanks(indent)
      }
      for piece in ScreenText.wrapped(text, to: room - indent) {
        rows.append(ScreenRow(margin + beginning + piece))
        beginning = blanks(indent)
      }
    }
    return rows
  }

  private static func blanks(_ count: Int) -> String {
    String(repeating: " ", count: max(0, count))
  }
}
