/// Rows in columns: aligned under a heading for a person, separated by tabs for a program.
///
/// What a terminal that is too narrow leaves out or cuts is for ``TableLayout`` to say; a program gets
/// every column whole.
struct Table {
  /// A column and how it is laid out. A plain string is a text that may be cut.
  struct Column: ExpressibleByStringLiteral {
    let heading: String
    let isNumber: Bool
    let cut: Cut
    private(set) var place = Place.usual
    /// The columns that it is not cut below, while others can be.
    private(set) var least = 0

    /// When it is cut.
    enum Cut { case first, last, never }

    /// How much it matters to a person.
    enum Place {
      /// It says which row this is, and always stays.
      case key
      case usual
      /// It takes what room the others leave, cut or whole, and goes where that is too little.
      case rest
      /// It goes before any other is cut.
      case spare
      /// It says the same in each row, so that a person does without it.
      case implied
      /// A person gets it in another place.
      case never
    }

    init(stringLiteral heading: String) { self.init(heading, cut: .first) }

    private init(_ heading: String, isNumber: Bool = false, cut: Cut) {
      self.heading = heading
      self.isNumber = isNumber
      self.cut = cut
    }

    /// The same in another place.
    func `as`(_ place: Place) -> Column {
      var column = self
      column.place = place
      return column
    }

    /// A text that may be cut.
    /// - Parameter least: how much of it says enough.
    static func text(_ heading: String, least: Int = 0) -> Column {
      var column = Column(heading, cut: .first)
      column.least = least
      return column
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
      self.init(WallClock.ago(time, now: now), plain: WallClock.text(time))
    }

    /// What a person gets, and what a program gets in its place.
    init(_ text: String, plain: String, _ style: Style = .plain) {
      self.text = PlainText.shown(text)
      self.style = style
      self.plain = PlainText.shown(plain)
    }
  }

  /// What its rows are, in the plural, for a person who gets none.
  let noun: String?
  private let columns: [Column]
  private var rows: [[Cell]] = []

  init(of noun: String? = nil, _ columns: Column...) { self.init(of: noun, columns) }

  init(of noun: String? = nil, _ columns: [Column]) {
    self.noun = noun
    self.columns = columns
  }

  var isEmpty: Bool { rows.isEmpty }

  mutating func add(_ cells: Cell...) { add(cells) }

  mutating func add(_ cells: [Cell]) { rows.append(cells) }

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
    let widths = columns.indices.map { column in
      texts.map { column < $0.count ? DisplayWidth.of($0[column]) : 0 }.max() ?? 0
    }
    let layout = TableLayout(
      columns, widths: widths, screen: width, mark: DisplayWidth.of(charset.ellipsis))
    return zip(all, texts).map { cells, texts in
      line(cells, texts, layout, colours: colours, charset)
    }
  }

  private func line(
    _ cells: [Cell], _ texts: [String], _ layout: TableLayout, colours: Bool, _ charset: Charset
  ) -> String {
    var line = ""
    let shown = layout.shown.filter { $0 < cells.count }
    for index in shown {
      let width = layout.widths[index]
      let text = DisplayWidth.cut(texts[index], to: width, mark: charset.ellipsis)
      let padding = String(repeating: " ", count: max(0, width - DisplayWidth.of(text)))
      if columns[index].isNumber { line += padding }
      line += cells[index].style.applied(to: text, colours: colours)
      // Nothing pads the last column, so that no line ends in blanks.
      if index != shown.last {
        line +=
          (columns[index].isNumber ? "" : padding)
          + String(repeating: " ", count: TableLayout.gap)
      }
    }
    return line
  }
}
