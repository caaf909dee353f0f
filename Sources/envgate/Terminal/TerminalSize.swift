import Glibc

/// How much a terminal shows, asked anew each time: a window changes its size when it likes.
struct TerminalSize: Hashable {
  let columns: Int
  let rows: Int

  /// Below this nothing can be laid out; somebody shrank a window that nobody reads.
  static let least = TerminalSize(columns: 20, rows: 6)

  static func of(_ descriptor: Int32) -> TerminalSize {
    var size = winsize()
    // Safety: the kernel fills the local struct during the call.
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0
    else { return TerminalSize(columns: 80, rows: 24) }
    return TerminalSize(
      columns: max(least.columns, Int(size.ws_col)), rows: max(least.rows, Int(size.ws_row)))
  }
}
