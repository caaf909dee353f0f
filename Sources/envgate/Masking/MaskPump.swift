import CLinux
import Glibc

/// Carries what a child writes to one of its streams through a filter to one of ours, on a thread of its
/// own: a stdout that nobody reads must not hold up stderr.
///
/// Bounded: as long as ours takes nothing, nothing is read, and the child stops as it would without us.
/// Where ours is gone, the child's is closed too, and it learns of it by SIGPIPE or EIO as without us.
///
/// Sendable: what changes belongs to the thread, from ``start()`` to ``finish()``, which waits for its end.
final class MaskPump: @unchecked Sendable {
  /// How long nothing must come before a short beginning is let out.
  private static let patience: Int32 = 100
  /// Once the child has ended, what it wrote stands in the pipe or terminal, and no more than this.
  private static let mostLeft = 1 << 20

  private let source: Int32
  private let target: Int32
  private let terminal: OutputTerminal?
  /// A pipe whose other end is closed when the child has ended.
  private let bell: Int32
  private let rope: Int32
  private let whenClosed: @Sendable () -> Void
  private var filter: MaskFilter
  private var thread: pthread_t?
  private var isFinished = false
  /// The errno of the write that failed; 0: none did.
  private(set) var failure: Int32 = 0

  /// - Parameters:
  ///   - source: where the child's writing comes out. It is this object's to close.
  ///   - target: our descriptor that it goes to.
  ///   - terminal: what `source` is an end of, where it is none of a pipe.
  ///   - whenClosed: called on the thread when `source` is closed, for whoever holds it as well.
  init(
    from source: Int32, to target: Int32, through automaton: MaskAutomaton,
    terminal: OutputTerminal?, whenClosed: @escaping @Sendable () -> Void = {}
  ) throws {
    self.source = source
    self.target = target
    self.terminal = terminal
    self.whenClosed = whenClosed
    filter = MaskFilter(automaton)
    (bell, rope) = try PipeEnds.open()
    _ = fcntl(source, F_SETFL, fcntl(source, F_GETFL) | O_NONBLOCK)
  }

  deinit {
    close(bell)
    if !isFinished { close(rope) }
    if thread == nil { close(source) }
  }

  /// Starts the thread, on which no signal arrives: they are for whoever waits for the child.
  func start() throws {
    var all = sigset_t()
    var previous = sigset_t()
    // Safety: each call reads or fills a local struct.
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, &previous)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &previous, nil) }
    var thread = pthread_t()
    // Safety: the reference that goes along is taken back in the thread, once.
    let error = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<MaskPump>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    guard error == 0 else {
      unsafe Unmanaged.passUnretained(self).release()
      throw CommandFault(.system, "no thread for the output: \(SystemText.of(error))")
    }
    self.thread = thread
  }

  /// Says that the child has ended, and waits until all that it wrote has gone out.
  func finish() {
    guard let thread, !isFinished else { return }
    close(rope)
    pthread_join(thread, nil)
    isFinished = true
  }

  private func run() {
    var left: Int?
    while failure == 0, left.map({ $0 > 0 }) ?? true {
      if left == nil {
        switch wait() {
        case .news: break
        case .silence: unsafe filter.release { unsafe put($0) }
        case .bell: left = Self.mostLeft
        }
      }
      let (source, terminal) = (source, terminal)
      let count = unsafe filter.pass(
        read: { unsafe Self.read(source, into: $0) }, write: { unsafe put($0) })
      terminal?.carrySettings()
      if count == Self.ended || count == Self.empty && left != nil { break }
      left? -= max(0, count)
    }
    unsafe filter.finish { unsafe put($0) }
    close(source)
    whenClosed()
  }

  private enum Waited { case news, silence, bell }

  private func wait() -> Waited {
    var entries = [source, bell].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while true {
      // Safety: the kernel reads and fills the local array during the call.
      let result = unsafe poll(&entries, 2, filter.isWaiting ? Self.patience : -1)
      if result == 0 { return .silence }
      if result > 0 { return entries[1].revents != 0 ? .bell : .news }
    }
  }

  private static let ended = 0
  private static let empty = -1

  private static func read(_ source: Int32, into room: UnsafeMutableRawBufferPointer) -> Int {
    while true {
      // Safety: the filter lends the room for the call.
      let count = unsafe Glibc.read(source, room.baseAddress, room.count)
      if count >= 0 { return count }
      if errno == EAGAIN { return empty }
      // EIO: nobody has the other end of the terminal any more.
      if errno != EINTR { return ended }
    }
  }

  private func put(_ bytes: UnsafeRawBufferPointer) {
    if failure == 0 { failure = unsafe Console.pass(bytes, to: target) }
  }
}
