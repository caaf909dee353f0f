import Glibc
import SecretMemory
import VaultCore

/// Asks for a value on `/dev/tty` without showing it.
///
/// The terminal is read key by key: its line mode cuts a line at 4,095 bytes (termios(3)), which is
/// shorter than many keys. While nothing is echoed, signals that would end us wait, so that a terminal
/// is never left mute; Ctrl-C is read as a key and ends the program after the terminal is whole again.
struct TerminalPrompt: ~Copyable {
  private let descriptor: Int32
  private let saved: termios
  private var blocked = sigset_t()
  private var previous = sigset_t()

  private static let held = [SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGTSTP]

  /// Asks twice and returns the value.
  static func ask(for name: SecretName) throws -> SecretBuffer {
    let (first, second) = try answers(name)
    guard first.constantTimeEquals(second) else {
      throw CommandFault("value.mismatch", "the two values differ; nothing was set")
    }
    return first
  }

  private static func answers(_ name: SecretName) throws -> (SecretBuffer, SecretBuffer) {
    let prompt = try TerminalPrompt()
    do {
      return (
        try prompt.read("Value of \(name.text): "), try prompt.read("The same again: ")
      )
    } catch is Interrupted {
      // Ends the prompt first, which gives the terminal and the signals back.
      _ = consume prompt
      raise(SIGINT)
      throw CommandFault("interrupted", "nothing was set")
    }
  }

  private struct Interrupted: Error {}

  private init() throws {
    // Safety: the path is a literal.
    let descriptor = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else {
      throw CommandFault(
        "terminal.refused", "there is no terminal to ask on; give the value on stdin or by --file")
    }
    var settings = termios()
    // Safety: each call reads or fills a local struct.
    guard unsafe tcgetattr(descriptor, &settings) == 0 else {
      _ = close(descriptor)
      throw CommandFault("system", "tcgetattr failed: \(SystemText.of(errno))")
    }
    self.descriptor = descriptor
    saved = settings
    unsafe sigemptyset(&blocked)
    for number in Self.held { unsafe sigaddset(&blocked, number) }
    unsafe pthread_sigmask(SIG_BLOCK, &blocked, &previous)
    settings.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
    settings.c_iflag |= tcflag_t(ICRNL)
    unsafe tcsetattr(descriptor, TCSAFLUSH, &settings)
  }

  deinit {
    var saved = saved
    var previous = previous
    // Safety: each call reads a local struct.
    unsafe tcsetattr(descriptor, TCSAFLUSH, &saved)
    unsafe pthread_sigmask(SIG_SETMASK, &previous, nil)
    _ = close(descriptor)
  }

  private func read(_ question: String) throws -> SecretBuffer {
    show(question)
    defer { show("\n") }
    // Safety: the room is lent for the closure.
    return try unsafe SecretBuffer(capacity: SecretInput.limit + 1) { room in
      var count = 0
      while true {
        switch try key() {
        case UInt8(ascii: "\n"), 0x04: return count
        case 0x03: throw Interrupted()
        case 0x08, 0x7F:
          // Backs over a whole character of UTF-8.
          while count > 0, unsafe room[count - 1] & 0xC0 == 0x80 { count -= 1 }
          count = max(0, count - 1)
        case 0x15: count = 0
        case let byte:
          if count == SecretInput.limit { throw SecretInput.tooLong }
          unsafe room[count] = byte
          count += 1
        }
      }
    }
  }

  private func key() throws -> UInt8 {
    var byte: UInt8 = 0
    while true {
      // Safety: the kernel fills the one local byte during the call.
      let count = unsafe Glibc.read(descriptor, &byte, 1)
      if count == 1 { return byte }
      if count == 0 || errno != EINTR {
        throw CommandFault("file.unreadable", "the terminal was closed; nothing was set")
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
