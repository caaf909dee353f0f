/// What a terminal of so many columns and rows shows: as much of ECMA-48 as our programs use, and whatever
/// else comes is kept as `unknown`, so that a test sees it.
struct TerminalScreen {
  let columns: Int
  let rows: Int
  private var cells: [[Character]]
  private var kept: [[Character]]?
  private var row = 0
  private var column = 0
  /// Whether the last column has been written: the cursor stays on it until more comes (DEC STD 070).
  private var isFull = false
  private var wraps = true
  private(set) var isCursorVisible = true
  private(set) var unknown: [String] = []
  private var pending: [UInt8] = []

  /// Whether the program has the alternate screen.
  var isAlternate: Bool { kept != nil }

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
  }

  /// The rows, without the blanks at their ends.
  var lines: [String] {
    cells.map { row in
      var text = String(row)
      while text.hasSuffix(" ") { text.removeLast() }
      return text
    }
  }

  func shows(_ text: String) -> Bool { lines.contains { $0.contains(text) } }

  mutating func take(_ bytes: some Sequence<UInt8>) {
    pending += bytes
    while let taken = step() { pending.removeFirst(taken) }
  }

  /// Takes the next thing whole, and says how long it was; nil where more must come.
  private mutating func step() -> Int? {
    guard let first = pending.first else { return nil }
    if first == 0x1B { return sequence() }
    if first < 0x20 {
      control(first)
      return 1
    }
    let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    guard pending.count >= length else { return nil }
    put(Character(String(decoding: pending[..<length], as: UTF8.self)))
    return length
  }

  private mutating func sequence() -> Int? {
    guard pending.count >= 2 else { return nil }
    guard pending[1] == UInt8(ascii: "[") else {
      unknown.append("ESC \(pending[1])")
      return 2
    }
    guard let end = pending.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) }) else {
      return nil
    }
    let parameters = String(decoding: pending[2..<end], as: UTF8.self)
    obey(parameters, Character(Unicode.Scalar(pending[end])))
    return end + 1
  }

  private mutating func obey(_ parameters: String, _ final: Character) {
    switch (parameters, final) {
    case (_, "m"): break
    case ("", "K"):
      for index in column..<columns { cells[row][index] = " " }
    case ("", "J"):
      for index in column..<columns { cells[row][index] = " " }
      for index in row + 1..<max(row + 1, rows) { cells[index] = blank }
    case (_, "H"):
      let parts = parameters.split(separator: ";").compactMap { Int($0) }
      row = max(0, min(rows, parts.first ?? 1) - 1)
      column = max(0, min(columns, parts.dropFirst().first ?? 1) - 1)
      isFull = false
    case ("?1049", "h"):
      if kept == nil { kept = cells }
      cells = Array(repeating: blank, count: rows)
    case ("?1049", "l"):
      if let kept { cells = kept }
      kept = nil
    case ("?7", _): wraps = final == "h"
    case ("?25", _): isCursorVisible = final == "h"
    case ("?2004", _): break
    default: unknown.append("CSI \(parameters)\(final)")
    }
  }

  private var blank: [Character] { Array(repeating: " ", count: columns) }

  private mutating func control(_ byte: UInt8) {
    switch byte {
    case 0x0A: newline()
    case 0x0D: (column, isFull) = (0, false)
    case 0x08: (column, isFull) = (max(0, column - 1), false)
    default: unknown.append("control \(byte)")
    }
  }

  private mutating func newline() {
    if row < rows - 1 {
      row += 1
    } else {
      cells.removeFirst()
      cells.append(blank)
    }
  }

  private mutating func put(_ character: Character) {
    if isFull, wraps {
      column = 0
      newline()
    }
    cells[row][column] = character
    isFull = column == columns - 1
    if !isFull { column += 1 }
  }
}
