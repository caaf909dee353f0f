import Glibc
import SecretMemory
import VaultCore

/// Asks for a value on `/dev/tty` without showing it.
///
/// The terminal is read key by key: its line mode cuts a line at 4,095 bytes (termios(3)), which is
/// shorter than many keys. While nothing is echoed, signals that would end us wait, so that a terminal
/// is never left mute; Ctrl-C is read as a key and ends the program after the terminal is whole again.
///
/// A terminal that marks a paste (xterm's bracketed paste) hands over all of its lines as one value. From another
/// one a paste of several lines is refused, and the terminal stays mute until nothing more comes: what is left
/// would stand on the screen and run in the shell.
struct TerminalPrompt: ~Copyable {
  private let descriptor: Int32
  private let saved: termios
  private var blocked = sigset_t()
  private var previous = sigset_t()

  private static let held = [SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGTSTP]

  /// Milliseconds within which no person answers the next question, but the next line of a paste comes.
  private static let nextLine: Int32 = 50
  /// Milliseconds without a byte after which nothing of a paste is left, also over a slow line.
  private static let lastLine: Int32 = 500
  private static let drained: Int32 = 1_000
  /// The most bytes that are drained: somebody sends for ever.
  private static let mostDrained = 64 << 20

  /// Asks twice and returns the value.
  static func ask(for name: SecretName) throws -> SecretBuffer {
    let prompt = try TerminalPrompt()
    do {
      let first = try prompt.read("Value of \(name.text): ", isAloneFor: nextLine)
      let second = try prompt.read("The same again: ", isAloneFor: lastLine)
      guard first.constantTimeEquals(second) else {
        throw CommandFault(.valueMismatch, "the two values differ; nothing was set")
      }
      return first
    } catch is Interrupted {
      // Ends the prompt first, which gives the terminal and the signals back.
      _ = consume prompt
      raise(SIGINT)
      throw CommandFault(.interrupted, "nothing was set")
    } catch {
      prompt.drain()
      throw error
    }
  }

  private struct Interrupted: Error {}

  private init() throws {
    // Safety: the path is a literal.
    let descriptor = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else {
      throw CommandFault(
        .terminalRefused, "there is no terminal to ask on; give the value on stdin or by --file")
    }
    var settings = termios()
    // Safety: each call reads or fills a local struct.
    guard unsafe tcgetattr(descriptor, &settings) == 0 else {
      _ = close(descriptor)
      throw CommandFault(.system, "tcgetattr failed: \(SystemText.of(errno))")
    }
    self.descriptor = descriptor
    saved = settings
    unsafe sigemptyset(&blocked)
    for number in Self.held { unsafe sigaddset(&blocked, number) }
    unsafe pthread_sigmask(SIG_BLOCK, &blocked, &previous)
    settings.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
    settings.c_iflag |= tcflag_t(ICRNL)
    unsafe tcsetattr(descriptor, TCSAFLUSH, &settings)
    show("\u{1B}[?2004h")
  }

  deinit {
    show("\u{1B}[?2004l")
    var saved = saved
    var previous = previous
    // Safety: each call reads a local struct.
    unsafe tcsetattr(descriptor, TCSAFLUSH, &saved)
    unsafe pthread_sigmask(SIG_SETMASK, &previous, nil)
    _ = close(descriptor)
  }

  /// - Throws: ``CommandFault`` `value.lines` where the terminal goes on within so many milliseconds.
  private func read(_ question: String, isAloneFor quiet: Int32) throws -> SecretBuffer {
    show(question)
    // Safety: the room is lent for the closure.
    let value = try unsafe SecretBuffer(capacity: SecretInput.limit + 1) { room in
      var keys = PromptKeys()
      var count = 0
      while true {
        for step in keys.steps(try key()) {
          switch step {
          case .end:
            // The newline at the end of a paste, as on stdin.
            let newline = unsafe count > 0 && room[count - 1] == UInt8(ascii: "\n")
            return newline ? count - 1 : count
          case .interrupt: throw Interrupted()
          case .erase:
            // Backs over a whole character of UTF-8.
            while count > 0, unsafe room[count - 1] & 0xC0 == 0x80 { count -= 1 }
            count = max(0, count - 1)
          case .eraseLine: count = 0
          case .byte(let byte):
            if count > SecretInput.limit { throw SecretInput.tooLong }
            unsafe room[count] = byte
            count += 1
          }
        }
      }
    }
    show("\n")
    if value.count > SecretInput.limit { throw SecretInput.tooLong }
    if isReadable(within: quiet) {
      throw CommandFault(
        .valueLines,
        "the terminal sent several lines and did not mark them as one paste; nothing was set; "
          + "give the value on stdin or by --file")
    }
    return value
  }

  /// Reads until the terminal is quiet, and forgets it.
  private func drain() {
    var bytes = [UInt8](repeating: 0, count: 4_096)
    var left = Self.mostDrained
    while left > 0, isReadable(within: Self.drained) {
      // Safety: the array's storage is lent for the call.
      let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
      if count == 0 || count < 0 && errno != EINTR { break }
      left -= max(0, count)
    }
    // Safety: the array's storage is lent for the call.
    unsafe explicit_bzero(&bytes, bytes.count)
  }

  private func isReadable(within milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // Safety: the call reads and fills one local struct.
    return unsafe poll(&entry, 1, milliseconds) > 0 && entry.revents & Int16(POLLIN) != 0
  }

  private func key() throws -> UInt8 {
    var byte: UInt8 = 0
    while true {
      // Safety: the kernel fills the one local byte during the call.
      let count = unsafe Glibc.read(descriptor, &byte, 1)
      if count == 1 { return byte }
      if count == 0 || errno != EINTR {
        throw CommandFault(.fileUnreadable, "the terminal was closed; nothing was set")
      }
    }
  }

  /// The question goes where the answer comes from, wherever stdout and stderr go.
  private func show(_ text: String) {
    let bytes = Array(text.utf8)
    // Safety: the array's bytes are lent for the call.
    _ = unsafe Glibc.write(descriptor, bytes, bytes.count)
  }
}
