/// A list of facts: a label and a text on each line, the texts aligned.
struct Facts: Hashable {
  /// One fact, or one more part of it under an empty label.
  struct Row: Hashable {
    let label: String
    let text: String
  }

  private(set) var rows: [Row] = []

  /// Adds a fact; what could steer a terminal is made visible.
  mutating func add(_ label: String, _ text: String) {
    rows.append(Row(label: PlainText.shown(label), text: PlainText.shown(text)))
  }

  /// Adds a fact of several parts, one a line, the label on the first.
  mutating func add(_ label: String, each texts: [String]) {
    for (index, text) in texts.enumerated() { add(index == 0 ? label : "", text) }
  }

  var isEmpty: Bool { rows.isEmpty }

  /// The lines, each behind an indent.
  func lines(indent: Int = 0) -> [String] {
    let width = rows.map(\.label.count).max() ?? 0
    let margin = String(repeating: " ", count: indent)
    return rows.map { row in
      margin + row.label + String(repeating: " ", count: width - row.label.count + 2) + row.text
    }
  }
}
