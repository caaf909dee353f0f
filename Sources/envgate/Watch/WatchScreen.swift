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
    let yours = model.rows.count { $0.isYours }
    let count = model.rows.count
    var title = count == 1 ? "1 request waits" : "\(count) requests wait"
    if count > 0 { title += ", \(yours) in environments that you review" }
    var rows = [ScreenRow(title, .strong)]
    rows += table(model)
    rows += blank(size.rows - 2 - rows.count)
    rows.append(status(model, nil))
    rows.append(
      ScreenRow(count == 0 ? "q quits" : "Enter opens, arrows or j k move, q quits", .faint))
    return rows
  }

  private func table(_ model: WatchModel) -> [ScreenRow] {
    if model.rows.isEmpty { return [] }
    let headings =
      (model.namesHosts ? ["HOST"] : [])
      + ["REQUEST", "ENVIRONMENT", "REQUESTER", "MADE", "EXPIRES"]
      + (model.hasTwins ? ["SAME CLAIMS AS"] : []) + ["SECRETS"]
    let index = model.markedIndex ?? 0
    let first = max(0, min(index - (page - 1) / 2, model.rows.count - (page - 1)))
    let shown = model.rows[first..<min(model.rows.count, first + page - 1)]
    let cells = shown.map { self.cells($0, model) }
    let widths = headings.indices.map { column in
      min(
        Self.widestColumn,
        ([headings] + cells).map { DisplayWidth.of($0[column]) }.max() ?? 0)
    }
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

  private func cells(_ row: WatchRow, _ model: WatchModel) -> [String] {
    let request = row.request
    let texts =
      (model.namesHosts ? [row.key.host ?? "-"] : [])
      + ["\(request.id)", request.environment, request.requester.text]
      + (request.isPartial
        ? ["-", "-"]
        : [WallClock.ago(request.created, now: now), WallClock.ahead(request.expires, now: now)])
      + (model.hasTwins ? [request.hasTwins ? request.twinNumbers : "-"] : [])
      + [request.secrets.map(\.name).joined(separator: " ")]
    return texts.map { ScreenText.shown($0, charset: charset) }
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var line = ""
    for (column, cell) in cells.enumerated() {
      if column == cells.count - 1 { return line + cell }
      let text = DisplayWidth.cut(cell, to: widths[column], mark: charset.ellipsis)
      line += text + String(repeating: " ", count: widths[column] - DisplayWidth.of(text) + 2)
    }
    return line
  }

  // MARK: An open request

  private func rows(of open: OpenRequest, _ model: WatchModel) -> [ScreenRow] {
    let host = open.key.host.map { "\($0): " } ?? ""
    var rows = [
      ScreenRow(
        ScreenText.shown(host + open.request.title(now: now), charset: charset), .strong)
    ]
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
        question(model, "Approve \(open.key.text): a comment or nothing, Enter; Esc goes back"),
        entry(comment),
      ]
    case .naming(_, let left, let typed):
      return [
        question(model, "\(left.first ?? "") is a new name: type it, Enter; Esc goes back"),
        entry(typed),
      ]
    case .rejecting(let comment):
      return [
        question(model, "Reject \(open.key.text), finally: say why, Enter; Esc goes back"),
        entry(comment),
      ]
    case .confirming:
      return [
        question(model, "Approve \(open.key.text) for \(open.request.environment) as shown?"),
        ScreenRow("y approves, any other key goes back", .strong),
      ]
    case .numbering(_, let typed):
      return [
        question(
          model,
          "Type \(open.key.id) to approve it, though \(open.request.twinSentence); Esc goes back"),
        entry(typed),
      ]
    }
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
