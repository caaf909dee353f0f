import Testing

@testable import envgate

/// What is drawn on a whole screen, and what of it is seen there.
@Suite struct RawTerminalTests {
  private static func seen(_ drawings: [[String]], columns: Int, rows: Int) -> TerminalScreen {
    var screen = TerminalScreen(columns: columns, rows: rows)
    for drawing in drawings {
      let text = RawTerminal.drawing(of: drawing.map { ScreenRow($0, .strong) }, colours: true)
      screen.take(Array(text.utf8))
    }
    return screen
  }

  @Test func `a row as wide as the screen keeps its last character, on the last row, too`() {
    let rows = ["0123456789", "short", "abcdefghij"]
    let screen = Self.seen([rows, rows], columns: 10, rows: 3)
    #expect(screen.lines == rows)
    #expect(screen.unknown == [])
  }

  @Test func `nothing stays of what was drawn before`() {
    let before = Array(repeating: "xxxxxxxxxx", count: 5)
    #expect(
      Self.seen([before, ["a", "", "ccc"]], columns: 10, rows: 5).lines == ["a", "", "ccc", "", ""]
    )
  }

  @Test func `a terminal erases the last column behind a full row, as it would a real one`() {
    var screen = TerminalScreen(columns: 5, rows: 1)
    screen.take(Array("\u{1B}[?7l12345\u{1B}[K".utf8))
    #expect(screen.lines == ["1234"])
  }
}
