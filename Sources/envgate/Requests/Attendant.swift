import Glibc
import VaultClient

/// Minds what happens beside a wait: the signals that end it, a daemon that hangs, and the time, which the
/// progress tells.
///
/// From its making to ``end()`` a signal that would end the process is taken at the next moment at which
/// something is waited for; the second one ends it at once.
final class Attendant {
  let progress: WaitProgress
  /// What becomes of what was waited for, and the words for it. It says nothing on the connection that
  /// waits, which is in the middle of a call.
  var giveUp: () -> String = { "nothing was done" }

  /// Whether the daemon still answers; nil for one on another host, whose ssh minds that.
  var pulse: Pulse?

  private let signals: SignalWatch
  private var taken: (signal: Int32, deadline: WaitDeadline)?
  private var isHeldBack = false

  /// How long the answer to a call is still waited for of which more depends than the wait.
  private static let grace: Int64 = 2

  init(progress: WaitProgress = WaitProgress()) {
    self.progress = progress
    signals = SignalWatch([SIGINT, SIGTERM, SIGHUP])
  }

  /// For a connection to mind.
  var vigil: Vigil {
    Vigil(descriptor: signals.descriptor, every: 1_000) { [self] in try look() }
  }

  /// Makes a call whose answer is worth a moment: without it nobody knows what there is to take back.
  func holdingBack<R>(_ body: () throws -> R) throws -> R {
    isHeldBack = true
    defer { isHeldBack = false }
    return try body()
  }

  /// Looks for a signal, whether the daemon answers, and tells the time.
  /// - Throws: ``Interrupted``, or `ClientFault` where the daemon hangs.
  func look() throws {
    if let signal = signals.take(), taken == nil {
      taken = (signal, WaitDeadline(secondsFromNow: Self.grace))
      // From here on the next one acts as ever.
      signals.end()
    }
    if let taken, !isHeldBack || taken.deadline.remaining == 0 {
      progress.end()
      throw Interrupted(signal: taken.signal, sentence: giveUp())
    }
    progress.tick(now: WallClock.now)
    do throws(ClientFault) { try pulse?.tick() } catch {
      progress.end()
      throw error
    }
  }

  /// Nothing is waited for any more.
  /// - Throws: ``Interrupted`` where a signal came before.
  func end() throws {
    try look()
    progress.end()
    signals.end()
  }
}
