import Glibc
import VaultCore

/// Looks after the paths of the listening sockets, on a thread of its own: who is led past the daemon by another
/// socket at its path gives their secrets to whoever made that.
///
/// Invariants:
/// - a socket that was removed is bound anew, at most once a minute, where nothing was made at its path since;
/// - one that was replaced, or whose folder was, is closed, its connections end, and it stays closed until a reload;
/// - where the kernel cannot say what happened in a folder, its socket is taken for replaced, since whoever did so
///   much there may write to it; in a folder like /tmp everybody may, and what stands at the path decides;
/// - a socket of the service manager is never bound here.
final class SocketWatch: Sendable {
  /// Who serves a socket: told what becomes of it, on the thread of this.
  struct Attendant: Sendable {
    /// Accepts at one more descriptor, which belongs to it from here on.
    let open: @Sendable (Int32) -> Void
    /// Accepts no more at the descriptor, and closes it; those who came through it stay.
    let shut: @Sendable (Int32) -> Void
    /// The same, and ends those who came through it. Nil: nobody accepts any more.
    let evict: @Sendable (Int32?) -> Void
  }

  /// A socket, and the file where it is our own.
  struct Watched: Sendable {
    let attendant: Attendant
    let path: String
    let file: SocketFile?
    let events: FolderEvents
    var descriptor: Int32?
    var place: SocketPlace?
    var bound = -SocketWatch.pause
    var isReplaced = false

    init(_ attendant: Attendant, _ file: SocketFile) {
      let listener = file.listener
      self.init(
        attendant, path: file.path, file: file, descriptor: listener?.descriptor,
        place: listener?.place)
    }

    init(
      _ attendant: Attendant, path: String, file: SocketFile?, descriptor: Int32?,
      place: SocketPlace?
    ) {
      self.attendant = attendant
      self.path = path
      self.file = file
      events = FolderEvents(path)
      self.descriptor = descriptor
      self.place = place
    }
  }

  /// How often the paths are looked at, in milliseconds, and how long after a binding the next one waits, in seconds.
  private static let interval: Int32 = 1_000
  private static let pause: Int64 = 60
  /// How long a removed socket's path is left alone before it is looked at again, in milliseconds.
  private static let settling: Int32 = 100

  private struct Orders {
    var isOver = false
    var bindsAnew = false
  }

  private let warnings: Warnings
  private let logger: DaemonLog
  private let waking: WakingPipe
  private let orders = Locked(Orders())
  private let ended = Latch()

  init(_ watched: [Watched], warnings: Warnings, logger: DaemonLog) throws {
    waking = try WakingPipe("for the thread that looks after sockets")
    self.warnings = warnings
    self.logger = logger
    // Here, since the thread may come to run when somebody has been served already.
    for entry in watched where !entry.events.watch() {
      logger.warning(
        "the kernel does not report changes in the folder of a socket; envgated checks it each second",
        metadata: [.socket: entry.path])
    }
    try PlainThread.start { [self] in
      serve(watched)
      ended.open()
    }
  }

  /// Binds what was replaced anew, where the path is free again.
  func bindAnew() { tell { $0.bindsAnew = true } }

  /// Looks no more. What is removed afterwards stays so.
  func stop() {
    tell { $0.isOver = true }
    ended.wait()
  }

  private func tell(_ order: (inout Orders) -> Void) {
    orders.withLock { order(&$0) }
    waking.wake()
  }

  private func serve(_ all: [Watched]) {
    var all = all
    for index in all.indices {
      if let fault = all[index].file?.fault { keepShut(&all[index], fault) }
    }
    while true {
      for index in all.indices where all[index].place == nil && all[index].descriptor != nil {
        replaced(&all[index])
      }
      var polled = ([waking.descriptor] + all.map(\.events.descriptor)).map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      _ = unsafe poll(&polled, nfds_t(polled.count), Self.interval)
      waking.drain()
      let wanted = orders.withLock { orders in
        defer { orders.bindsAnew = false }
        return orders
      }
      if wanted.isOver { return }
      for index in all.indices {
        look(&all[index], bindsAnew: wanted.bindsAnew)
        _ = all[index].events.watch()
      }
    }
  }

  private func look(_ entry: inout Watched, bindsAnew: Bool) {
    let news = entry.events.news()
    if entry.isReplaced {
      if bindsAnew, entry.file != nil { bind(&entry) }
      return
    }
    if news.isMoved || (news.isLost && entry.place?.isInSharedFolder != true) {
      return replaced(&entry)
    }
    guard let place = entry.place, entry.descriptor != nil else {
      if news.made > 0 { return replaced(&entry) }
      if bindsAnew || Self.now() - entry.bound >= Self.pause { bindRemoved(&entry) }
      return
    }
    switch place.standing() {
    case .own: return
    case .replaced: replaced(&entry)
    case .removed:
      // Whoever removes it may be about to put another one there.
      _ = poll(nil, 0, Self.settling)
      guard entry.file != nil, news.made == 0, place.standing() == .removed else {
        return replaced(&entry)
      }
      if let descriptor = entry.descriptor {
        entry.attendant.shut(descriptor)
        entry.descriptor = nil
      }
      logger.error("a socket was removed", metadata: [.socket: entry.path])
      warnings.set(
        .socketRemoved, entry.path,
        "the socket '\(entry.path)' was removed; envgated makes it again, at most once a minute")
      if Self.now() - entry.bound >= Self.pause { bindRemoved(&entry) }
    }
  }

  /// Binds a socket that was removed: only we make something at its path, so what stands there is another's.
  private func bindRemoved(_ entry: inout Watched) {
    guard entry.events.news() == FolderEvents.News(), entry.place?.standing() == .removed else {
      return replaced(&entry)
    }
    bind(&entry)
  }

  private func replaced(_ entry: inout Watched) {
    entry.attendant.evict(entry.descriptor)
    entry.descriptor = nil
    entry.isReplaced = true
    logger.critical(
      "a socket was replaced: its connections were ended, and envgated does not serve there until a reload",
      metadata: [.socket: entry.path, .reason: Warnings.Reason.socketReplaced.rawValue])
    warnings.clear(.socketRemoved, entry.path)
    warnings.set(
      .socketReplaced, entry.path,
      "'\(entry.path)' was replaced by another file: an account that can write to its folder sees what "
        + "callers send; find out which account that is, mount the folder read-only, remove the file and reload "
        + "envgated (a socket of systemd: restart its socket unit)")
  }

  /// A job socket that could not be made at the start, by what a container may have left in its folder.
  private func keepShut(_ entry: inout Watched, _ fault: SocketFault) {
    entry.isReplaced = true
    logger.critical(
      "a job socket is not served until a reload",
      metadata: [
        .socket: entry.path, .fault: "\(fault)",
        .reason: Warnings.Reason.socketReplaced.rawValue,
      ])
    warnings.set(
      .socketReplaced, entry.path,
      "the job socket '\(entry.path)' is not served: \(fault); then reload envgated")
  }

  private func bind(_ entry: inout Watched) {
    entry.bound = Self.now()
    _ = entry.events.news()
    do throws(SocketFault) {
      guard let made = try entry.file?.bindAnew() else { return }
      let news = entry.events.news()
      // One is ours.
      guard !news.isMoved, !news.isLost, news.made <= 1, made.place.standing() == .own else {
        close(made.descriptor)
        return replaced(&entry)
      }
      entry.descriptor = made.descriptor
      entry.place = made.place
      entry.isReplaced = false
      entry.attendant.open(made.descriptor)
      warnings.clear(.socketRemoved, entry.path)
      warnings.clear(.socketReplaced, entry.path)
      logger.notice("listening again", metadata: [.socket: entry.path])
    } catch {
      logger.error(
        "a socket could not be made again", metadata: [.socket: entry.path, .fault: "\(error)"])
      if case .system = error { return }
      if !entry.isReplaced { replaced(&entry) }
    }
  }

  private static func now() -> Int64 { ServiceManager.monotonicTime() / 1_000_000 }
}
