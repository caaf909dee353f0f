/// A list of facts: a label and a text on each line, the texts aligned.
struct Facts {
  private var rows: [(label: String, text: String)] = []

  /// Adds a fact; what could steer a terminal is made visible.
  mutating func add(_ label: String, _ text: String) {
    rows.append((label, PlainText.shown(text)))
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
