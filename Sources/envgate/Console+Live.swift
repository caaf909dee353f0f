import Glibc

/// The one line that moves: on stderr, where stderr is a terminal that can draw a line anew.
extension Console {
  /// Whether it can be drawn. A log is not a place for it, nor is a terminal that a CI system keeps as one, and a dumb
  /// terminal cannot go back.
  static var canDraw: Bool {
    isatty(STDERR_FILENO) == 1 && !["", "dumb"].contains(ProcessContext.variable("TERM") ?? "")
      && ProcessContext.variable("CI") != "true"
  }

  /// Whether the terminal is ours at this moment: a job in the background would draw over what is typed.
  static var isForeground: Bool { tcgetpgrp(STDERR_FILENO) == getpgrp() }

  /// Whether stderr is a file, which nobody follows line by line.
  static var errorsGoToFile: Bool {
    var found = stat()
    return unsafe fstat(STDERR_FILENO, &found) == 0 && found.st_mode & S_IFMT == S_IFREG
  }

  /// Whether somebody types at, and looks at, a terminal that can draw a whole screen anew.
  static var hasWholeTerminal: Bool {
    isatty(STDIN_FILENO) == 1 && isTerminal
      && !["", "dumb"].contains(ProcessContext.variable("TERM") ?? "")
  }

  /// Draws the line in place of the one before; an empty one takes it away.
  static func draw(_ line: String) { tell(LiveLine.drawn(line)) }
}
