import Glibc

/// A program on a terminal of its own: keys go in, and what it draws can be read as rows.
final class TerminalProcess {
  let pid: pid_t
  private var master: Int32
  private var status: Int32?
  private(set) var screen: TerminalScreen
  /// The settings of the terminal before the program had it.
  let first: termios
  /// Everything that the program wrote.
  private(set) var raw: [UInt8] = []
  /// How much of it `read(until:)` has taken.
  private var taken = 0

  // What Glibc's module leaves out (ioctl_tty(2), spawn.h).
  private static let unlock: UInt = 0x4004_5431
  private static let number: UInt = 0x8004_5430
  private static let newSession: Int16 = 0x80

  /// Starts a program in a session of its own, with the terminal as standard input, output and error.
  /// - Parameters:
  ///   - arguments: the path of the program first.
  ///   - uid: another user to run it as; only for root, through setpriv(1).
  init(
    _ arguments: [String], columns: Int = 80, rows: Int = 24, environment: [String: String] = [:],
    uid: UInt32? = nil
  ) throws {
    var arguments = arguments
    if let uid {
      arguments =
        ["/usr/bin/setpriv", "--reuid=\(uid)", "--regid=\(uid)", "--clear-groups", "--"] + arguments
    }
    screen = TerminalScreen(columns: columns, rows: rows)
    let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var locked: Int32 = 0
    var number: UInt32 = 0
    guard master >= 0, ioctl(master, Self.unlock, &locked) == 0,
      ioctl(master, Self.number, &number) == 0
    else { throw HarnessFault("no terminal: errno \(errno)") }
    self.master = master
    let name = "/dev/pts/\(number)"
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    var first = termios()
    guard tcgetattr(master, &first) == 0 else { throw HarnessFault("no settings: errno \(errno)") }
    self.first = first
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that the leader of a session opens is its own (tty(4)).
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var mask = sigset_t()
    sigemptyset(&mask)
    posix_spawnattr_setsigmask(&attributes, &mask)
    var defaults = sigset_t()
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | Self.newSession)
    let variables = [
      "TERM": "xterm", "LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
    ].merging(environment) { $1 }
    let argv = arguments.map { strdup($0) } + [nil]
    let envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in argv + envp { free(text) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, arguments[0], &actions, &attributes, argv, envp)
    pid = child
    if code != 0 { throw HarnessFault("cannot start \(arguments[0]): errno \(code)") }
    _ = fcntl(master, F_SETFL, O_NONBLOCK)
  }

  deinit {
    if status == nil {
      kill(pid, SIGKILL)
      _ = wait()
    }
    hangUp()
  }

  /// Closes the terminal, as a lost connection does.
  func hangUp() {
    if master >= 0 { close(master) }
    master = -1
  }

  func signal(_ number: Int32) { kill(pid, number) }

  /// Types. A terminal takes so much and no more until the program reads.
  func type(_ text: String) throws {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = Array(bytes).withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
      if count > 0 { bytes = bytes.dropFirst(count) }
      if count < 0, errno != EAGAIN {
        throw HarnessFault("the terminal takes nothing: errno \(errno)")
      }
      var entry = pollfd(fd: master, events: Int16(POLLOUT), revents: 0)
      if !bytes.isEmpty, poll(&entry, 1, 10_000) <= 0 {
        throw HarnessFault("the terminal takes nothing for 10 seconds")
      }
    }
  }

  /// Presses a key until it shows: what is pressed in the moment in which a screen is drawn is dropped.
  func press(_ key: String, until text: String) throws {
    for _ in 0..<5 {
      try type(key)
      let end = time(nil) + 3
      while time(nil) < end {
        if screen.shows(text) { return }
        guard try read(milliseconds: 100) else { break }
      }
    }
    throw HarnessFault("not seen: \(text)\n" + screen.lines.joined(separator: "\n"))
  }

  /// Reads what is drawn until it is as wanted.
  func until(
    _ what: String, _ isDone: (TerminalScreen) -> Bool
  ) throws {
    let end = time(nil) + 15
    while !isDone(screen) {
      guard time(nil) < end else {
        throw HarnessFault("not seen: \(what)\n" + screen.lines.joined(separator: "\n"))
      }
      guard try read(milliseconds: 500) else {
        throw HarnessFault("ended before: \(what)\n" + screen.lines.joined(separator: "\n"))
      }
    }
  }

  /// Reads what is written, as text and without its `\r`, until it ends in a text; takes that as read.
  /// - Returns: what was read, the text included.
  @discardableResult
  func read(until text: String) throws -> String {
    let wanted = Array(text.utf8)
    var seen: [UInt8] = []
    let end = time(nil) + 20
    while true {
      while taken < raw.count {
        if raw[taken] != 0x0D { seen.append(raw[taken]) }
        taken += 1
        if seen.suffix(wanted.count).elementsEqual(wanted) {
          return String(decoding: seen, as: UTF8.self)
        }
      }
      let isOpen = try read(milliseconds: 500)
      guard taken < raw.count || isOpen && time(nil) < end else {
        throw HarnessFault("not seen: \(text)\n" + String(decoding: seen, as: UTF8.self))
      }
    }
  }

  /// Reads until some row holds the text.
  func until(_ text: String) throws { try until(text) { $0.shows(text) } }

  /// Waits for the end and returns what wait(2) says.
  func finish() throws -> Int32 {
    let end = time(nil) + 15
    while try read(milliseconds: 200) {
      guard time(nil) < end else { throw HarnessFault("it does not end") }
    }
    return wait()
  }

  /// Presses a key until the program has ended, and returns what wait(2) says.
  func press(toEnd key: String) throws -> Int32 {
    for _ in 0..<5 {
      try type(key)
      let end = time(nil) + 3
      while time(nil) < end {
        guard try read(milliseconds: 100) else { return wait() }
      }
    }
    throw HarnessFault("it does not end\n" + screen.lines.joined(separator: "\n"))
  }

  /// The settings of the terminal.
  var settings: termios {
    var settings = termios()
    tcgetattr(master, &settings)
    return settings
  }

  @discardableResult
  func wait() -> Int32 {
    if let status { return status }
    var value: Int32 = 0
    while waitpid(pid, &value, 0) < 0 && errno == EINTR {}
    status = value
    return value
  }

  /// Reads what there is; false at the end.
  private func read(milliseconds: Int32) throws -> Bool {
    var entry = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, milliseconds) > 0 else { return true }
    var chunk = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(master, &chunk, chunk.count)
    // EIO: nobody has the other end any more (pty(7)).
    if count <= 0 { return count < 0 && errno == EAGAIN }
    raw += chunk[..<count]
    screen.take(chunk[..<count])
    return true
  }
}
