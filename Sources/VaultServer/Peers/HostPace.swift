/// How fast this host tells where a process lives, measured by looks at ourselves beside those at others.
///
/// The kernel keeps the mounts of all namespaces under one lock. An account that makes and drops mount namespaces
/// makes every look slow, at whomever.
///
/// Invariants:
/// - where the host is slow for all, so is the look at ourselves, and everybody is waited for longer, at most
///   ``most``;
/// - a peer's own files prolong nothing: whose look alone is slow is unanswered after ``patience``.
final class HostPace: Sendable {
  /// How long a look is waited for on a host that is not slow, in milliseconds like all here.
  static let patience: Int64 = 500
  static let most: Int64 = 10_000

  /// What the looks at ourselves say.
  struct Measure {
    /// How often a look at a peer may meet what the look at ourselves meets once: it waits for a thread, too.
    private static let allowedTimes: Int64 = 4
    /// How long the slowest look counts.
    private static let memory: Int64 = 5_000
    private static let pause: Int64 = 100

    /// When the look that is under way began.
    private var began: Int64?
    private var ended: Int64?
    private var slowest: (took: Int64, ended: Int64)?

    /// Whether a look begins now: none is under way, and none was a moment ago.
    mutating func begin(now: Int64) -> Bool {
      guard began == nil, ended.map({ now - $0 >= Self.pause }) ?? true else { return false }
      began = now
      return true
    }

    mutating func end(now: Int64) {
      guard let began else { return }
      self.began = nil
      ended = now
      let took = now - began
      if let recent = recent(now), recent > took { return }
      slowest = (took, now)
    }

    /// How long a look at a peer is waited for by now.
    func allowance(now: Int64) -> Int64 {
      let slowest = max(began.map { now - $0 } ?? 0, recent(now) ?? 0)
      return min(HostPace.most, HostPace.patience + Self.allowedTimes * slowest)
    }

    private func recent(_ now: Int64) -> Int64? {
      guard let slowest, now - slowest.ended < Self.memory else { return nil }
      return slowest.took
    }
  }

  let now: @Sendable () -> Int64
  private let look: @Sendable () -> Void
  private let measured = Locked(Measure())

  /// - Parameters:
  ///   - now: milliseconds on a clock that is never set back.
  ///   - look: looks at ourselves as at a peer.
  init(
    now: @escaping @Sendable () -> Int64 = BootTime.now,
    look: @escaping @Sendable () -> Void = { _ = HostProcess.own?.confinement(of: "self") }
  ) {
    self.now = now
    self.look = look
  }

  /// How long a look at a peer is waited for by now.
  var allowance: Int64 {
    measure()
    let now = now()
    return measured.withLock { $0.allowance(now: now) }
  }

  /// Whether nobody waits any more for a look that began then. A little later than those who wait give up: the next
  /// call takes what came too late for this one.
  func isOver(since began: Int64) -> Bool { now() - began > allowance + Self.patience }

  /// Looks at ourselves on a thread, unless that is under way or was done a moment ago.
  func measure() {
    let start = now()
    guard measured.withLock({ $0.begin(now: start) }) else { return }
    do throws(ThreadFault) {
      try PlainThread.start { [self] in
        look()
        end()
      }
    } catch { end() }
  }

  private func end() {
    let now = now()
    measured.withLock { $0.end(now: now) }
  }
}
