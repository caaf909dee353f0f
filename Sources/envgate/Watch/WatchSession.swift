import Glibc
import VaultClient
import VaultProtocol

/// `watch` on a terminal: one loop over keys, signals and what the feeds tell.
///
/// Invariants: a key counts only for a screen that was drawn before it was read; every way out leaves the
/// terminal as it was.
final class WatchSession {
  private let terminal: RawTerminal
  private let signals: SignalWatch
  private let queue: FeedQueue
  private let places: [WatchPlace]
  private lazy var desk = WatchDesk(
    places,
    vigil: Vigil(descriptor: signals.descriptor, every: 1_000) { [weak self] in
      try self?.lookForSignals()
    })
  private var model: WatchModel
  private var reader = KeyReader()
  private var hasHeard: Set<Int> = []

  private static let ending = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

  init(_ places: [WatchPlace], feed: WatchFeed.Maker) throws {
    self.places = places
    model = WatchModel(
      namesHosts: places.contains { $0.host != nil }, hostCount: places.count)
    terminal = try RawTerminal()
    queue = try FeedQueue()
    // Before there are threads, which must not be ended by them.
    signals = SignalWatch(Self.ending + [SIGTSTP, SIGCONT, SIGWINCH])
    try queue.start(places, feed: feed)
  }

  func run() throws {
    // What a daemon says before anything is shown is said where it stays: it may be why nothing is.
    try waitForFirst()
    terminal.enter()
    defer { terminal.leave() }
    while true {
      try show()
      try wait()
      try lookForSignals()
      let told = queue.take()
      for (place, message) in told { try take(message, from: place) }
      // What has changed is shown before a key is read that may have been pressed before that.
      if told.isEmpty, hasInput, try !readKeys() { return }
    }
  }

  // MARK: Screen

  private var screen: WatchScreen {
    WatchScreen(
      size: terminal.size, now: WallClock.now, charset: Screen.of(STDOUT_FILENO).charset)
  }

  /// Draws; and where that is another thing than before, forgets what was typed until then.
  private func show() throws {
    let screen = screen
    screen.fit(&model)
    try terminal.draw(screen.rows(of: model))
    if model.takeForgetting() {
      terminal.forgetKeys()
      reader = KeyReader()
    }
  }

  // MARK: What happens

  private func waitForFirst() throws {
    while model.rows.isEmpty, hasHeard.count < places.count {
      try wait()
      try lookForSignals()
      for (place, message) in queue.take() {
        if case .lost(let fault) = message, places.count == 1 { throw fault }
        try take(message, from: place)
      }
    }
  }

  private func wait() throws {
    var entries = [STDIN_FILENO, signals.descriptor, queue.descriptor].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    // Ages move on by themselves, so there is something to draw each second.
    // Safety: the array's storage is lent to the kernel for the call.
    let count = unsafe poll(&entries, nfds_t(entries.count), 1_000)
    guard count >= 0 || errno == EINTR else {
      throw CommandFault(.system, "poll failed: \(SystemText.of(errno))")
    }
  }

  private var hasInput: Bool {
    var entry = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    // Safety: the kernel reads and fills the one local struct during the call.
    return unsafe poll(&entry, 1, 0) > 0
  }

  private func take(_ message: FeedMessage, from place: Int) throws {
    hasHeard.insert(place)
    if let wish = model.take(message, from: places[place].host) { _ = try grant(wish) }
  }

  private func lookForSignals() throws {
    while let signal = signals.take() {
      switch signal {
      case SIGTSTP:
        terminal.leave()
        // SIGTSTP itself is blocked, so that it could be taken here.
        raise(SIGSTOP)
        terminal.enter()
      case SIGCONT: terminal.enter()
      case SIGWINCH: break
      default:
        terminal.leave()
        throw Interrupted(signal: signal)
      }
    }
  }

  // MARK: Keys and wishes

  /// Whether to go on.
  private func readKeys() throws -> Bool {
    guard let bytes = terminal.read() else { return false }
    for key in reader.keys(bytes, takesPaste: model.takesText) {
      if let wish = model.press(key, page: screen.page), try !grant(wish) { return false }
      // The rest was typed at the screen of before.
      if model.mustForgetKeys { return true }
    }
    return true
  }

  /// Does what was asked for; false ends the session.
  private func grant(_ wish: WatchModel.Wish) throws -> Bool {
    do {
      switch wish {
      case .quit: return false
      case .open(let key): model.show(try desk.text(of: key), for: key)
      case .approve(let key, let digest, let comment):
        model.answered(try desk.approve(key, digest: digest, comment: comment))
      case .reject(let key, let digest, let comment):
        model.answered(try desk.reject(key, digest: digest, comment: comment))
      }
    } catch let interrupted as Interrupted {
      throw interrupted
    } catch {
      let fault = Failure.fault(error) ?? CommandFault(.internalFault, "the call failed")
      model.refused(
        "\(fault.reason): \(fault.sentence)",
        silent: error is ClientFault ? wish.key.map { $0.host ?? "" } : nil)
      if (error as? WireError)?.known == .digestMismatch { try lookAgain() }
    }
    return true
  }

  /// What was to be answered has changed behind the screen.
  private func lookAgain() throws {
    guard let key = model.open?.key else { return }
    _ = try grant(.open(key))
  }
}
