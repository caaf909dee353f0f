import VaultProtocol

/// The model as rows of a screen; as many as the screen has, none wider.
struct WatchScreen {
  let size: TerminalSize
  let now: Int64
  let charset: Charset

  /// The rows that a list, or an open request, has of the screen.
  var page: Int { max(1, size.rows - 4) }

  /// Fits what is open to the screen: to be called before ``rows(of:)``.
  func fit(_ model: inout WatchModel) {
    model.open?.fit(width: size.columns, page: page, now: now, charset: charset)
  }

  func rows(of model: WatchModel) -> [ScreenRow] {
    let rows = model.open.map { self.rows(of: $0, model) } ?? list(model)
    return rows.map { ScreenRow(cut($0.text), $0.look) }
  }

  // MARK: The list

  private func list(_ model: WatchModel) -> [ScreenRow] {
    let count = model.rows.count
    var rows = [ScreenRow(title(of: model), .strong)]
    rows += table(model)
    rows += blank(size.rows - 2 - rows.count)
    rows.append(status(model, nil))
    rows.append(
      ScreenRow(count == 0 ? "q quits" : "Enter opens, arrows or j k move, q quits", .faint))
    return rows
  }

  /// How many wait; of a vault that does not answer nobody knows.
  private func title(of model: WatchModel) -> String {
    let count = model.rows.count
    if model.knowsNothing {
      let last = count == 0 ? "" : "; \(Counted.text(Int64(count), "request")) waited before"
      return "no daemon answers, so the list may be out of date" + last
    }
    var title = count == 1 ? "1 request waits" : "\(count) requests wait"
    if count == 0 { return title }
    let yours = model.rows.count { $0.isYours && !$0.isApproved }
    let approved = model.rows.count { $0.isApproved }
    title += ", \(yours) in environments that you review"
    if approved > 0 { title += ", \(approved) approved by you" }
    return title
  }

  private func table(_ model: WatchModel) -> [ScreenRow] {
    if model.rows.isEmpty { return [] }
    let headings =
      (model.namesHosts ? ["HOST"] : [])
      + ["REQUEST"] + (model.hasNotes ? ["NOTE"] : [])
      + ["ENVIRONMENT", "REQUESTER", "MADE", "EXPIRES"] + (model.hasTwins ? ["SAME CLAIMS AS"] : [])
      + ["SECRETS", Self.claimHeading]
    let index = model.markedIndex ?? 0
    let first = max(0, min(index - (page - 1) / 2, model.rows.count - (page - 1)))
    let shown = model.rows[first..<min(model.rows.count, first + page - 1)]
    let cells = shown.map { self.cells($0, model) }
    let widths = widths([headings] + cells)
    let lines = ([headings] + cells).map { line($0, widths) }
    return [ScreenRow("  " + lines[0], .faint)]
      + zip(shown, lines.dropFirst()).map { row, line in
        // The mark is there for a terminal that shows no reversed text, and for what reads it aloud.
        let isMarked = row.key == model.marked
        return ScreenRow(
          (isMarked ? "> " : "  ") + line, isMarked ? .selected : row.isYours ? .plain : .faint)
      }
  }

  private static let widestColumn = 28
  private static let claimHeading = "CLAIMED"
  /// Below this the beginning of a claim says nothing.
  private static let leastClaim = 16

  /// The widths of the columns. The last two are what is asked for and what is claimed: the claim stands where there is
  /// room behind the rest, if need be behind a part of what is asked for, and else nowhere (width 0).
  private func widths(_ lines: [[String]]) -> [Int] {
    let count = lines.first?.count ?? 0
    var widths = (0..<count).map { column in
      lines.map { DisplayWidth.of($0[column]) }.max() ?? 0
    }
    let (secrets, claim) = (count - 2, count - 1)
    for column in 0..<secrets { widths[column] = min(widths[column], Self.widestColumn) }
    let hasClaims = lines.dropFirst().contains { $0[claim] != "-" }
    let before = widths[..<secrets].reduce(2) { $0 + $1 + 2 }
    func room(secrets: Int) -> Int { size.columns - before - secrets - 2 }
    let least = min(widths[claim], Self.leastClaim)
    for width in [widths[secrets], min(widths[secrets], Self.widestColumn)]
    where hasClaims && room(secrets: width) >= least {
      widths[secrets] = width
      widths[claim] = min(widths[claim], room(secrets: width))
      return widths
    }
    widths[claim] = 0
    return widths
  }

  private func cells(_ row: WatchRow, _ model: WatchModel) -> [String] {
    let request = row.request
    let texts =
      (model.namesHosts ? [row.key.host ?? "-"] : [])
      + ["\(request.id)"] + (model.hasNotes ? [row.note(now: now) ?? "-"] : [])
      + [request.environment, request.requester.text]
      + (request.isPartial
        ? ["-", "-"]
        : [
          WallClock.ago(request.created, now: now),
          WallClock.ahead(request.left?.ends ?? request.expires, now: now),
        ])
      + (model.hasTwins ? [request.hasTwins ? request.twinNumbers : "-"] : [])
      + [request.secretsInShort, request.claimInShort ?? "-"]
    return texts.map { ScreenText.shown($0, charset: charset) }
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var line = ""
    for (column, cell) in cells.enumerated() where widths[column] > 0 {
      let isLast = column == cells.count - 1 || widths.last == 0 && column == cells.count - 2
      if isLast, widths.last == 0 { return line + cell }
      if isLast { return line + DisplayWidth.cut(cell, to: widths[column], mark: charset.ellipsis) }
      let text = DisplayWidth.cut(cell, to: widths[column], mark: charset.ellipsis)
      line += text + String(repeating: " ", count: widths[column] - DisplayWidth.of(text) + 2)
    }
    return line
  }

  // MARK: An open request

  private func rows(of open: OpenRequest, _ model: WatchModel) -> [ScreenRow] {
    var rows = [ScreenRow(ScreenText.shown(open.text.title(now: now), charset: charset), .strong)]
    let body = open.rows
    let top = min(open.top, max(0, body.count - 1))
    rows += body[top..<min(body.count, top + page)]
    rows += blank(size.rows - 3 - rows.count)
    let last = min(body.count, top + page)
    let place =
      last < body.count || top > 0 ? "rows \(top + 1) to \(last) of \(body.count)" : ""
    return rows + [ScreenRow(place, .faint)] + foot(open, model)
  }

  private func foot(_ open: OpenRequest, _ model: WatchModel) -> [ScreenRow] {
    switch open.step {
    case .reading:
      let keys =
        open.request.state == "waiting"
        ? "a approves, r rejects, Esc goes back, Space j k scroll" : "Esc goes back"
      return [status(model, open.notice), ScreenRow(keys, .faint)]
    case .commenting(let comment):
      return [
        question(
          model, "Approve \(open.key.text): type a comment or nothing, then Enter; Esc goes back"),
        entry(comment),
      ]
    case .naming(_, let left, let typed):
      return [
        question(model, "\(left.first ?? "") is a new name: type it, then Enter; Esc goes back"),
        entry(typed),
      ]
    case .rejecting(let comment):
      return [
        question(
          model, "Reject \(open.key.text) for good: type the reason, then Enter; Esc goes back"),
        entry(comment),
      ]
    case .confirming(let answer):
      let verb = answer.word == "Approve" ? "approves" : "rejects"
      return [
        question(model, "\(answer.word) \(named(open))\(last(answer, open))?"),
        ScreenRow("y \(verb), any other key goes back", .strong),
      ]
    case .numbering(let answer, let typed):
      return [
        question(
          model,
          "Type \(open.key.id) to \(answer.word.lowercased()) it, though "
            + "\(open.request.twinSentence); Esc goes back"),
        entry(typed),
      ]
    }
  }

  /// `build1:42 for build1:production`
  private func named(_ open: OpenRequest) -> String {
    "\(open.key.text) for "
      + RequestView.text(open.request.environment, of: open.key.host)
  }

  /// What is to be known last of all before an answer.
  private func last(_ answer: OpenRequest.Answer, _ open: OpenRequest) -> String {
    if case .reject = answer { return ", for good" }
    return open.request.left.map { ", though \($0.sentence(now: now))" } ?? " as shown"
  }

  private func question(_ model: WatchModel, _ text: String) -> ScreenRow {
    ScreenRow(ScreenText.shown(model.message ?? text, charset: charset), .warning)
  }

  /// What is being typed; of more than fits, its end.
  private func entry(_ text: String) -> ScreenRow {
    var kept: [Character] = []
    var width = 0
    for character in ScreenText.shown(text, charset: charset).reversed() {
      width += DisplayWidth.of(String(character))
      if width > size.columns - 4 { break }
      kept.append(character)
    }
    return ScreenRow("> " + String(kept.reversed()) + "_")
  }

  // MARK: Parts

  private func status(_ model: WatchModel, _ notice: String?) -> ScreenRow {
    if let text = model.message ?? notice {
      return ScreenRow(ScreenText.shown(text, charset: charset), .warning)
    }
    guard let (host, why) = model.troubles.min(by: { $0.key < $1.key }) else {
      return ScreenRow("")
    }
    let name = host.isEmpty ? "" : "\(host): "
    return ScreenRow(
      ScreenText.shown("\(name)\(why); trying again", charset: charset), .warning)
  }

  private func blank(_ count: Int) -> [ScreenRow] {
    Array(repeating: ScreenRow(""), count: max(0, count))
  }

  private func cut(_ text: String) -> String {
    DisplayWidth.cut(text, to: size.columns, mark: charset.ellipsis)
  }
}
