import Glibc
import SecretMemory
import VaultCore

/// Asks for a value on `/dev/tty` without showing it.
///
/// The terminal is read key by key: its line mode cuts a line at 4,095 bytes (termios(3)), which is
/// shorter than many keys. While nothing is echoed, a signal that would end us is something to be read
/// (``SignalWatch``): it ends the prompt at once, and the program by that signal after the terminal is whole again,
/// so that none is left mute. Ctrl-C is read as a key and does the same.
///
/// A terminal that marks a paste (xterm's bracketed paste) hands over all of its lines as one value. From another
/// one a paste of several lines is refused, and the terminal stays mute until nothing more comes: what is left
/// would stand on the screen and run in the shell.
struct TerminalPrompt: ~Copyable {
  private let descriptor: Int32
  private let saved: termios
  private let signals: SignalWatch
  /// Held back until the prompt has ended: whoever stops us would get a mute terminal.
  private let stop: SignalWatch

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
      let second = try prompt.read("Repeat the value: ", isAloneFor: lastLine)
      guard first.constantTimeEquals(second) else {
        throw CommandFault(.valueMismatch, "the two values differ; nothing was set")
      }
      return first
    } catch let interrupted as Interrupted {
      // Ends the prompt, which gives the terminal back, before the program ends by the signal.
      throw interrupted
    } catch {
      prompt.drain()
      throw error
    }
  }

  private init() throws {
    // Safety: the path is a literal.
    let descriptor = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else {
      throw CommandFault(
        .terminalRefused, "there is no terminal to ask on; give the value on stdin or with --file")
    }
    var settings = termios()
    // Safety: each call reads or fills a local struct.
    guard unsafe tcgetattr(descriptor, &settings) == 0 else {
      _ = close(descriptor)
      throw CommandFault(.system, "tcgetattr failed: \(SystemText.of(errno))")
    }
    let signals = SignalWatch([SIGTERM, SIGINT, SIGHUP, SIGQUIT])
    let stop = SignalWatch([SIGTSTP])
    guard signals.descriptor >= 0, stop.descriptor >= 0 else {
      _ = close(descriptor)
      throw CommandFault(
        .system, "signals cannot be watched: too many files are open; raise the limit (ulimit -n)")
    }
    self.descriptor = descriptor
    self.signals = signals
    self.stop = stop
    saved = settings
    settings.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
    settings.c_iflag |= tcflag_t(ICRNL)
    // A read gives what there is and does not wait: a signal could not end it (termios(3)).
    // Safety: the struct is local, and both places lie in its array.
    unsafe withUnsafeMutableBytes(of: &settings.c_cc) { keys in
      unsafe keys[Int(VMIN)] = 0
      unsafe keys[Int(VTIME)] = 0
    }
    unsafe tcsetattr(descriptor, TCSAFLUSH, &settings)
    show("\u{1B}[?2004h")
  }

  deinit {
    show("\u{1B}[?2004l")
    var saved = saved
    // Safety: the call reads a local struct.
    unsafe tcsetattr(descriptor, TCSAFLUSH, &saved)
    // The last one made is the first to give back the mask that it found.
    stop.end()
    signals.end()
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
          case .interrupt: throw Self.interrupted(by: SIGINT)
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
        "the terminal sent several lines without marking them as one paste, so nothing was set; "
          + "give the value on stdin or with --file")
    }
    return value
  }

  /// Reads until the terminal is quiet, or a signal comes, and forgets it.
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

  /// Waits for the terminal, or for a signal, which is then still to be taken.
  private func isReadable(within milliseconds: Int32) -> Bool {
    var entries = [descriptor, signals.descriptor].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    // Safety: the array's storage is lent to the kernel for the call.
    let count = unsafe poll(&entries, nfds_t(entries.count), milliseconds)
    return count > 0 && entries[1].revents == 0 && entries[0].revents & Int16(POLLIN) != 0
  }

  private static func interrupted(by signal: Int32) -> Interrupted {
    Interrupted(signal: signal, sentence: "nothing was set")
  }

  /// - Throws: ``Interrupted`` where a signal comes before a key.
  private func key() throws -> UInt8 {
    var byte: UInt8 = 0
    while true {
      // Safety: the kernel fills the one local byte during the call, which does not wait.
      let count = unsafe Glibc.read(descriptor, &byte, 1)
      if count == 1 { return byte }
      let isBroken = count < 0 && errno != EINTR
      if try isBroken || isGoneAfterWait() {
        throw CommandFault(.fileUnreadable, "the terminal was closed; nothing was set")
      }
    }
  }

  /// Waits until the terminal says something, and returns whether it is gone.
  /// - Throws: ``Interrupted`` where a signal comes first.
  private func isGoneAfterWait() throws -> Bool {
    var entries = [descriptor, signals.descriptor].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    // Safety: the array's storage is lent to the kernel for the call.
    _ = unsafe poll(&entries, nfds_t(entries.count), -1)
    if let signal = signals.take() { throw Self.interrupted(by: signal) }
    return entries[0].revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0
  }

  /// The question goes where the answer comes from, wherever stdout and stderr go.
  private func show(_ text: String) {
    let bytes = Array(text.utf8)
    // Safety: the array's bytes are lent for the call.
    _ = unsafe Glibc.write(descriptor, bytes, bytes.count)
  }
}
