import Glibc
import VaultClient

/// Minds what happens beside a wait: the signals that end it, whether anybody is there to wait for, a daemon that
/// hangs, and the time, which the progress tells.
///
/// From its making to ``end()`` a signal that would end the process is taken at the next moment at which
/// something is waited for; the second one ends it at once.
final class Attendant {
  let progress: WaitProgress
  /// What becomes of what was waited for, and the words for it. It says nothing on the connection that
  /// waits, which is in the middle of a call.
  var giveUp: () -> String = { "nothing was done" }

  /// Done once a second while something is waited for.
  var eachSecond: (() -> Void)?
  /// Whether the daemon still answers; nil for one on another host, whose ssh minds that.
  var pulse: Pulse?

  /// Whether people, a turn or the daemon are waited for, which nobody should be for a job that is gone.
  var minds = false

  private var company: Company
  private let signals: SignalWatch
  private var taken: (signal: Int32, deadline: WaitDeadline)?
  private var isHeldBack = false

  /// How long the answer to a call is still waited for of which more depends than the wait.
  private static let grace: Int64 = 2

  /// - Parameter parent: the process without which nothing is waited for; nil for none.
  init(progress: WaitProgress = WaitProgress(), parent: pid_t? = nil) {
    self.progress = progress
    company = Company(parent: parent)
    signals = SignalWatch([SIGINT, SIGTERM, SIGHUP, SIGQUIT])
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

  /// Looks for a signal, whether anybody is there, whether the daemon answers, and tells the time.
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
    if minds, !isHeldBack { _ = try doubt() }
    eachSecond?()
    do throws(ClientFault) { try pulse?.tick() } catch {
      progress.end()
      throw error
    }
  }

  /// Returns once somebody is surely there, before a step that cannot be taken back. Where nobody has waited, it is
  /// only asked for a parent that counts: a command without us would have begun, too.
  /// - Throws: ``Interrupted`` where nobody is.
  func requireCompany() throws {
    guard minds || company.parent != nil else { return }
    while let pause = try doubt() { try vigil.sleep(Int32(clamping: pause)) }
  }

  /// How long until it is known whether anybody is there, in milliseconds; nil where somebody is.
  private func doubt() throws -> Int64? {
    switch company.look() {
    case .there: return nil
    case .doubtful(let pause): return pause
    case .gone(let absence):
      progress.end()
      throw absence.interruption(giveUp())
    }
  }

  /// Nothing is waited for any more.
  /// - Throws: ``Interrupted`` where a signal came before.
  func end() throws {
    minds = false
    try look()
    progress.end()
    signals.end()
  }
}
