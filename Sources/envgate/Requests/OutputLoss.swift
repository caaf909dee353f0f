import Glibc

/// What a stream of ours is, where it can lose whoever reads it. A file keeps what is written, /dev/null wants
/// nothing, and the journal comes back.
enum LosableOutput: Hashable {
  case pipe
  case socket
  case terminal

  /// - Parameters:
  ///   - mode: what stat(2) says of it.
  ///   - isTerminal: whether it is a terminal.
  ///   - isStream: whether it is a stream socket: others lose each message by itself.
  ///   - isJournal: whether `$JOURNAL_STREAM` names it (systemd.exec(5)).
  init?(mode: mode_t, isTerminal: Bool, isStream: Bool, isJournal: Bool) {
    switch mode & S_IFMT {
    case S_IFIFO: self = .pipe
    case S_IFSOCK where isStream && !isJournal: self = .socket
    case S_IFCHR where isTerminal: self = .terminal
    default: return nil
    }
  }

  /// Whether nobody reads it.
  /// - Parameters:
  ///   - isBroken: whether poll(2) shows an error or a hangup. For a pipe that says all: a FIFO is whole again
  ///     once somebody opens it.
  ///   - hasFailed: whether the last write found nobody, which alone shows a socket whose peer reads no more.
  func isLost(isBroken: Bool, hasFailed: Bool) -> Bool {
    isBroken || (hasFailed && self != .pipe)
  }

  /// Whether `$JOURNAL_STREAM`, `DEVICE:INODE`, names a file.
  static func isJournal(_ variable: String?, device: UInt64, inode: UInt64) -> Bool {
    variable == "\(device):\(inode)"
  }
}

/// When the output of whoever waits is lost: at two looks, two seconds apart, and at all looks in between.
struct OutputLoss: Hashable {
  /// Milliseconds between the first look that shows it and the one that decides.
  static let pause: Int64 = 2_000

  enum Verdict: Hashable {
    case heard
    /// Lost at this look; how many milliseconds until a look can decide.
    case doubtful(Int64)
    case lost
  }

  private var since: Int64?

  /// - Parameters:
  ///   - losable: for each stream that can be lost whether it is. One that somebody reads is enough.
  ///   - now: milliseconds of a clock that nobody sets.
  mutating func look(_ losable: [Bool], now: Int64) -> Verdict {
    guard !losable.isEmpty, losable.allSatisfy({ $0 }) else {
      since = nil
      return .heard
    }
    let first = since ?? now
    since = first
    let passed = now - first
    return passed >= Self.pause ? .lost : .doubtful(Self.pause - passed)
  }
}
