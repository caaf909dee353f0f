import CLinux
import Glibc

/// Whoever started us and reads what we print, as long as we wait for others.
///
/// The streams are those that were there at the start. Our parent counts only where the command line says so:
/// many let their jobs go on without them.
struct Company {
  /// What has become of it.
  enum State: Hashable {
    case there
    /// Perhaps gone; how many milliseconds until that is known.
    case doubtful(Int64)
    case gone(Absence)
  }

  enum Absence: Hashable {
    case output
    case parent

    /// What is said of it, in front of what becomes of the request.
    func interruption(_ sentence: String) -> Interrupted {
      switch self {
      case .output:
        Interrupted(
          signal: SIGPIPE, isSent: false, reason: .outputLost,
          sentence: "no process reads the output any more: \(sentence)")
      case .parent:
        Interrupted(
          signal: SIGHUP, isSent: false, reason: .parentGone,
          sentence: "the process that started envgate has ended: \(sentence)")
      }
    }
  }

  private let streams: [(descriptor: Int32, kind: LosableOutput)]
  private var loss = OutputLoss()
  /// The parent that we began with, where it counts.
  let parent: pid_t?

  /// - Parameter parent: the process whose end is ours, too; nil for none.
  init(parent: pid_t? = nil) {
    self.parent = parent
    streams = [STDOUT_FILENO, STDERR_FILENO].compactMap { descriptor in
      Self.kind(of: descriptor).map { (descriptor, $0) }
    }
  }

  mutating func look() -> State {
    if let parent, getppid() != parent { return .gone(.parent) }
    let lost = streams.map { stream in
      stream.kind.isLost(
        isBroken: Self.isBroken(stream.descriptor),
        hasFailed: Console.wasUnheard(on: stream.descriptor))
    }
    switch loss.look(lost, now: SteadyClock.milliseconds) {
    case .heard: return .there
    case .doubtful(let rest): return .doubtful(rest)
    case .lost: return .gone(.output)
    }
  }

  private static func isBroken(_ descriptor: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: 0, revents: 0)
    // Safety: the kernel reads and fills the one local struct during the call.
    guard unsafe poll(&entry, 1, 0) > 0 else { return false }
    return entry.revents & Int16(POLLERR | POLLHUP) != 0
  }

  /// What a descriptor is, as far as it can lose its reader.
  private static func kind(of descriptor: Int32) -> LosableOutput? {
    var file = stat()
    var type: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    // Safety: each call fills local variables of ours.
    guard unsafe fstat(descriptor, &file) == 0 else { return nil }
    let isStream =
      unsafe getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0
      && type == Int32(SOCK_STREAM.rawValue)
    return LosableOutput(
      mode: file.st_mode, isTerminal: isatty(descriptor) == 1, isStream: isStream,
      isJournal: LosableOutput.isJournal(
        ProcessContext.variable("JOURNAL_STREAM"), device: UInt64(file.st_dev),
        inode: UInt64(file.st_ino)))
  }
}
