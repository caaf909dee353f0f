import Glibc
import Synchronization

/// The terminal while a program has the whole of it: keys come one by one and unseen, and what is drawn
/// is drawn beside what stood there before (xterm's alternate screen).
///
/// Invariant: whatever way out is taken, ``leave()`` comes before it; with this object it comes by itself.
/// Signals of keys stay signals (ISIG), so that one way out serves both.
final class RawTerminal {
  private let input: Int32
  private let output: Int32
  private let saved: termios
  private var isEntered = false {
    didSet { Self.taken.store(isEntered, ordering: .relaxed) }
  }
  private static let taken = Atomic(false)

  /// Whether somebody has the whole terminal: what another thread would say there would stand across it.
  static var isTaken: Bool { taken.load(ordering: .relaxed) }

  // Alternate screen, no cursor, no wrapping (a row that is wider than it was thought to be pushes no
  // other one), pastes marked as such.
  private static let enter = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[?2004h"
  private static let leave = "\u{1B}[?2004l\u{1B}[?7h\u{1B}[?25h\u{1B}[0m\u{1B}[?1049l"

  /// - Throws: ``CommandFault`` `system` where it is no terminal after all.
  init(input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO) throws {
    var settings = termios()
    // Safety: the call fills a local struct.
    guard unsafe tcgetattr(input, &settings) == 0 else {
      throw CommandFault(.system, "tcgetattr failed: \(SystemText.of(errno))")
    }
    self.input = input
    self.output = output
    saved = settings
  }

  deinit { leave() }

  var size: TerminalSize { .of(output) }

  /// Takes the terminal; again, too, where somebody else had it meanwhile.
  func enter() {
    var settings = saved
    settings.c_lflag &= ~tcflag_t(ECHO | ICANON)
    settings.c_iflag |= tcflag_t(ICRNL)
    settings.c_iflag &= ~tcflag_t(IXON)
    // Safety: the call reads a local struct.
    unsafe tcsetattr(input, TCSAFLUSH, &settings)
    try? Console.print(bytes: Array(Self.enter.utf8))
    isEntered = true
  }

  /// Gives the terminal back as it was.
  func leave() {
    guard isEntered else { return }
    isEntered = false
    try? Console.print(bytes: Array(Self.leave.utf8))
    var saved = saved
    // Safety: the call reads a local struct.
    unsafe tcsetattr(input, TCSAFLUSH, &saved)
  }

  /// Forgets what was typed and not read yet: it was typed at what the screen showed before.
  func forgetKeys() { tcflush(input, TCIFLUSH) }

  /// What was typed; nil where the terminal is gone.
  func read() -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 4_096)
    // Safety: the array's storage is lent for the call.
    let count = unsafe Glibc.read(input, &bytes, bytes.count)
    if count > 0 { return Array(bytes[..<count]) }
    return count < 0 && (errno == EINTR || errno == EAGAIN) ? [] : nil
  }

  /// Draws rows from the top, each in its place whatever the others hold.
  func draw(_ rows: [ScreenRow]) throws {
    let text = Self.drawing(of: rows, colours: Screen.of(output).hasColours)
    try Console.print(bytes: Array(text.utf8))
  }

  /// What draws the rows. Each place is erased before its text comes: behind a text that fills its row the
  /// cursor stands on the last character, and erasing to the end would take that along (ECMA-48 EL, ED).
  static func drawing(of rows: [ScreenRow], colours: Bool) -> String {
    var text = "\u{1B}[?7l"
    for (index, row) in rows.enumerated() {
      let erasing = index == rows.count - 1 ? "\u{1B}[J" : "\u{1B}[K"
      text += "\u{1B}[\(index + 1);1H" + erasing + row.drawn(colours: colours)
    }
    return text
  }
}

/// One row of a screen: text that is safe and fits, and how it looks as a whole.
struct ScreenRow: Hashable {
  enum Look: Hashable { case plain, strong, selected, warning, faint }

  let text: String
  var look = Look.plain

  init(_ text: String, _ look: Look = .plain) {
    self.text = text
    self.look = look
  }

  /// Bold, reversed and faint are no colours, so they stay where there are none (no-color.org).
  fileprivate func drawn(colours: Bool) -> String {
    let code =
      switch look {
      case .plain: ""
      case .strong: "1"
      case .selected: "7"
      case .warning: colours ? "1;33" : "1"
      case .faint: "2"
      }
    return code.isEmpty ? text : "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}
