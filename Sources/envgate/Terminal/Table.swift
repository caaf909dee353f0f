/// Rows in columns: aligned under a heading for a person, separated by tabs for a program.
struct Table {
  /// One cell: text that is made safe when it is shown, and a style for terminals.
  struct Cell {
    let text: String
    let style: Style

    init(_ text: String, _ style: Style = .plain) {
      self.text = PlainText.shown(text)
      self.style = style
    }
  }

  private let headings: [String]
  private var rows: [[Cell]] = []

  init(_ headings: String...) { self.headings = headings }

  mutating func add(_ cells: Cell...) { rows.append(cells) }

  /// The lines to print.
  /// - Parameters:
  ///   - aligned: whether a person reads; a program gets no heading, so that it need not skip one.
  ///   - colours: whether styles are used.
  func lines(aligned: Bool, colours: Bool) -> [String] {
    guard aligned else { return rows.map { $0.map(\.text).joined(separator: "\t") } }
    if rows.isEmpty { return [] }
    let all = [headings.map { Cell($0, .strong) }] + rows
    let widths = headings.indices.map { column in
      all.map { column < $0.count ? $0[column].text.unicodeScalars.count : 0 }.max() ?? 0
    }
    return all.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        line += cell.style.applied(to: cell.text, colours: colours)
        // Nothing pads the last column, so that no line ends in blanks.
        if column < row.count - 1 {
          let gap = widths[column] - cell.text.unicodeScalars.count + 2
          line += String(repeating: " ", count: gap)
        }
      }
      return line
    }
  }
}
