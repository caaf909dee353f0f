/// Rows in columns: aligned under a heading for a person, separated by tabs for a program.
///
/// Where a terminal is too narrow, the widest text is cut, a name only once no text is left to cut, and
/// never a number or a state: what is typed next, and what is decided by, stays whole.
struct Table {
  /// A column and how it is laid out. A plain string is a text that may be cut.
  struct Column: ExpressibleByStringLiteral {
    let heading: String
    let isNumber: Bool
    let cut: Cut

    /// When it is cut.
    enum Cut { case first, last, never }

    init(stringLiteral heading: String) { self.init(heading, cut: .first) }

    private init(_ heading: String, isNumber: Bool = false, cut: Cut) {
      self.heading = heading
      self.isNumber = isNumber
      self.cut = cut
    }

    /// Numbers, at the right of the column.
    static func number(_ heading: String) -> Column {
      Column(heading, isNumber: true, cut: .never)
    }

    /// What is never cut.
    static func whole(_ heading: String) -> Column { Column(heading, cut: .never) }

    /// What is cut once nothing else is left to cut.
    static func name(_ heading: String) -> Column { Column(heading, cut: .last) }
  }

  /// One cell: text that is made safe when it is shown, and a style for terminals.
  struct Cell {
    let text: String
    let style: Style
    /// What a program gets in its place.
    let plain: String

    init(_ text: String, _ style: Style = .plain) {
      self.text = PlainText.shown(text)
      self.style = style
      plain = self.text
    }

    /// A time: for a person how long ago, for a program when.
    init(time: Int64, now: Int64) {
      text = WallClock.ago(time, now: now)
      style = .plain
      plain = WallClock.text(time)
    }
  }

  private let columns: [Column]
  private var rows: [[Cell]] = []

  init(_ columns: Column...) { self.columns = columns }

  mutating func add(_ cells: Cell...) { rows.append(cells) }

  /// The lines for a screen.
  func lines(on screen: Screen) -> [String] {
    lines(
      aligned: screen.isTerminal, colours: screen.hasColours, width: screen.width,
      charset: screen.charset)
  }

  /// The lines to print.
  /// - Parameters:
  ///   - aligned: whether a person reads; a program gets no heading, so that it need not skip one.
  ///   - colours: whether styles are used.
  ///   - width: the columns of the terminal; nil cuts nothing.
  func lines(
    aligned: Bool, colours: Bool, width: Int? = nil, charset: Charset = .utf8
  ) -> [String] {
    guard aligned else {
      return rows.map { row in
        row.map { $0.style.applied(to: charset.shown($0.plain), colours: colours) }
          .joined(separator: "\t")
      }
    }
    if rows.isEmpty { return [] }
    let all = [columns.map { Cell($0.heading, .strong) }] + rows
    let texts = all.map { $0.map { charset.shown($0.text) } }
    var widths = columns.indices.map { column in
      texts.map { column < $0.count ? DisplayWidth.of($0[column]) : 0 }.max() ?? 0
    }
    if let width {
      for cut in [Column.Cut.first, .last] {
        narrow(&widths, to: width, cut, least: DisplayWidth.of(charset.ellipsis))
      }
    }
    return zip(all, texts).map { cells, texts in
      line(cells, texts, widths, colours: colours, charset)
    }
  }

  private static let gap = 2

  private func line(
    _ cells: [Cell], _ texts: [String], _ widths: [Int], colours: Bool, _ charset: Charset
  ) -> String {
    var line = ""
    for (index, cell) in cells.enumerated() where index < columns.count {
      let text = DisplayWidth.cut(texts[index], to: widths[index], mark: charset.ellipsis)
      let padding = String(repeating: " ", count: max(0, widths[index] - DisplayWidth.of(text)))
      if columns[index].isNumber { line += padding }
      line += cell.style.applied(to: text, colours: colours)
      // Nothing pads the last column, so that no line ends in blanks.
      if index < cells.count - 1 {
        line +=
          (columns[index].isNumber ? "" : padding) + String(repeating: " ", count: Self.gap)
      }
    }
    return line
  }

  /// Takes from the widest column that may be cut now, until all fit or nothing is left to take.
  private func narrow(_ widths: inout [Int], to width: Int, _ cut: Column.Cut, least: Int) {
    var excess = widths.reduce(0, +) + Self.gap * max(0, widths.count - 1) - width
    while excess > 0 {
      let open = columns.indices.filter { columns[$0].cut == cut && widths[$0] > least }
      // Of two as wide the later one, which matters less.
      guard let widest = open.max(by: { (widths[$0], $0) < (widths[$1], $1) }) else { return }
      let second = open.filter { $0 != widest }.map { widths[$0] }.max() ?? least
      let taken = min(excess, max(1, widths[widest] - max(second, least)))
      widths[widest] -= taken
      excess -= taken
    }
  }
}
