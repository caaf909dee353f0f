import Glibc

/// How text looks where a descriptor leads: to a person's terminal, or to a program.
struct Screen {
  /// Whether a person reads it.
  let isTerminal: Bool
  /// Whether it takes colours.
  let hasColours: Bool
  /// How many columns a line has; nil where nothing is cut or wrapped.
  let width: Int?
  let charset: Charset

  /// What is assumed of a terminal that does not say how wide it is (a serial line).
  private static let usualWidth = 80
  /// Below this nothing can be laid out; somebody shrank a window that nobody reads.
  private static let leastWidth = 20

  static func of(
    _ descriptor: Int32, variable: (String) -> String? = ProcessContext.variable
  ) -> Screen {
    let isTerminal = isatty(descriptor) == 1
    return Screen(
      isTerminal: isTerminal, columns: isTerminal ? columns(descriptor) : nil, variable: variable)
  }

  /// - Parameter columns: what the terminal says; `COLUMNS` has the last word.
  init(isTerminal: Bool, columns: Int?, variable: (String) -> String?) {
    self.isTerminal = isTerminal
    hasColours = Self.hasColours(isTerminal: isTerminal, variable)
    charset = Charset.of(isTerminal: isTerminal, variable: variable)
    let named = variable("COLUMNS").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    width = isTerminal ? max(Self.leastWidth, named ?? columns ?? Self.usualWidth) : nil
  }

  /// NO_COLOR (no-color.org) has the last word, CLICOLOR_FORCE (bixense.com/clicolors) the one before.
  private static func hasColours(isTerminal: Bool, _ variable: (String) -> String?) -> Bool {
    if !(variable("NO_COLOR") ?? "").isEmpty { return false }
    if !["", "0"].contains(variable("CLICOLOR_FORCE") ?? "") { return true }
    return isTerminal && variable("TERM") != "dumb"
  }

  private static func columns(_ descriptor: Int32) -> Int? {
    var size = winsize()
    // Safety: the kernel fills the local struct during the call.
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }
}
