import Glibc

/// The one line that moves: on stderr, where stderr is a terminal that can draw a line anew.
extension Console {
  /// Whether it can be drawn. A log is not a place for it, and a dumb terminal cannot go back.
  static var canDraw: Bool {
    isatty(STDERR_FILENO) == 1 && !["", "dumb"].contains(ProcessContext.variable("TERM") ?? "")
  }

  /// Whether somebody types at, and looks at, a terminal that can draw a whole screen anew.
  static var hasWholeTerminal: Bool {
    isatty(STDIN_FILENO) == 1 && isTerminal
      && !["", "dumb"].contains(ProcessContext.variable("TERM") ?? "")
  }

  /// Draws the line in place of the one before; an empty one takes it away.
  static func draw(_ line: String) { tell(LiveLine.drawn(line)) }
}
