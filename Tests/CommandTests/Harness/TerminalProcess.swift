import Glibc

/// A program on a terminal of its own, whose keys the test presses and whose screen it reads.
final class TerminalProcess {
  let pid: pid_t
  private var keyboard: Int32
  /// All that was written to the terminal so far, its own `\r` left out.
  private(set) var screen = ""
  private var status: Int32?

  /// - Parameters:
  ///   - arguments: the path of the program first.
  ///   - size: of the terminal.
  init(
    _ arguments: [String], environment: [String: String] = [:],
    size: (rows: UInt16, columns: UInt16) = (24, 80)
  ) throws {
    // ptmx(4), by its numbers: the functions around them are hidden from Swift.
    let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var locked: Int32 = 0
    var number: Int32 = 0
    guard master >= 0, ioctl(master, 0x4004_5431, &locked) == 0,
      ioctl(master, 0x8004_5430, &number) == 0
    else { throw HarnessFault("no terminal") }
    let name = "/dev/pts/\(number)"
    var window = winsize(ws_row: size.rows, ws_col: size.columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &window)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The leader of a new session gets the terminal that it opens first (tty_ioctl(4)).
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var mask = sigset_t()
    sigemptyset(&mask)
    posix_spawnattr_setsigmask(&attributes, &mask)
    // 0x80 is POSIX_SPAWN_SETSID (spawn.h), hidden likewise.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | 0x80)
    let variables = ["PATH": "/usr/bin:/bin", "TERM": "xterm"].merging(environment) { $1 }
    let argv = arguments.map { strdup($0) } + [nil]
    let envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in argv + envp { free(text) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, arguments[0], &actions, &attributes, argv, envp)
    guard code == 0 else { throw HarnessFault("cannot start \(arguments[0]): errno \(code)") }
    keyboard = master
    pid = child
  }

  deinit {
    hangUp()
    if status == nil {
      kill(pid, SIGKILL)
      _ = wait()
    }
  }

  /// Presses keys.
  func type(_ keys: String) throws {
    let bytes = Array(keys.utf8)
    guard write(keyboard, bytes, bytes.count) == bytes.count else {
      throw HarnessFault("the terminal takes no keys")
    }
  }

  /// Reads the screen until it holds a text behind what was read up to now, and takes that as read.
  /// - Returns: what was read, the text included.
  @discardableResult
  func read(until text: String, within milliseconds: Int32 = 20_000) throws -> String {
    var seen = ""
    while true {
      var entry = pollfd(fd: keyboard, events: Int16(POLLIN), revents: 0)
      guard poll(&entry, 1, milliseconds) == 1 else {
        throw HarnessFault("no \"\(text)\" on the screen within \(milliseconds) ms: \(seen)")
      }
      var byte: UInt8 = 0
      guard Glibc.read(keyboard, &byte, 1) == 1 else {
        throw HarnessFault("the terminal was closed before \"\(text)\": \(seen)")
      }
      if byte != 0x0D { seen.unicodeScalars.append(Unicode.Scalar(byte)) }
      if seen.hasSuffix(text) {
        screen += seen
        return seen
      }
    }
  }

  /// Closes the terminal, as a lost connection does.
  func hangUp() {
    if keyboard >= 0 { close(keyboard) }
    keyboard = -1
  }

  @discardableResult
  func wait() -> Int32 {
    if let status { return status }
    var value: Int32 = 0
    while waitpid(pid, &value, 0) < 0 && errno == EINTR {}
    status = value
    return value
  }
}
